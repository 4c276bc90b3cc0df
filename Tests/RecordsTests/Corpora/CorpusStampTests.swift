import Files
import Foundation
import TestSupport
import Testing
import Upstreams

@testable import Records

@Suite struct CorpusStampTests {
  private let folder: TemporaryFolder
  private var experiment: Experiment {
    var experiment = Samples.experiment
    experiment.corpora = ["corpus": folder.path + "/corpus"]
    return experiment
  }
  private var audio: String { folder.path + "/corpus/a b/one.wav" }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("corpus/a b/one.wav", "audio")
    try folder.write("corpus/a b/other.wav", "of nobody")
    try folder.write("corpus/list%1.txt", "labels")
    try folder.write("corpus/whole.tar.gz", "an archive")
    try folder.write("corpus/.hidden", "an editor's")
  }

  private func stamp() throws -> CorpusStamp {
    try CorpusStamp(of: experiment, items: ["one"], audio: [audio]) { paths in
      try Dictionary(
        uniqueKeysWithValues: paths.map {
          ($0, try FeatureStore.digest(reading: $0))
        })
    }
  }

  /// As it is long after the files were made.
  private func oldStamp() throws -> CorpusStamp {
    var stamp = try stamp()
    stamp.taken += 10
    return stamp
  }

  private func verdict(
    _ stamp: CorpusStamp, in corpora: [String: String]? = nil,
    readsAll: Bool = false
  ) -> (CorpusStamp.Verdict, read: Int) {
    var read = 0
    let verdict = stamp.verdict(
      in: corpora ?? experiment.corpora, readsAll: readsAll
    ) {
      read += 1
      return try FeatureStore.digest(reading: $0)
    }
    return (verdict, read)
  }

  @Test func theAudioThatIsUsedAndEveryListArePartOfIt() throws {
    let stamp = try stamp()
    #expect(
      stamp.files.map(\.path).sorted() == ["a b/one.wav", "list%1.txt"])
    #expect(stamp.files.filter(\.isList).map(\.path) == ["list%1.txt"])
    #expect(stamp.folders.map(\.path) == ["", "a b"])
    try stamp.write(toFolder: folder.path)
    #expect(CorpusStamp.read(fromFolder: folder.path) == stamp)
  }

  @Test func whatTheDiskDescribesAsBeforeIsNotRead() throws {
    let stamp = try oldStamp()
    #expect(verdict(stamp) == (.same, read: 0))
    #expect(verdict(stamp, readsAll: true).read == 2)
    // What is as young as the stamp may have changed unseen.
    let young = verdict(try self.stamp())
    #expect(young.read == 2)
    #expect(young.0.mayStand)
  }

  @Test func changesMovesAndNamesAreToldApart() throws {
    let stamp = try oldStamp()
    let files = FileManager.default
    try files.moveItem(
      atPath: folder.path + "/corpus", toPath: folder.path + "/moved")
    let corpora = ["corpus": folder.path + "/moved"]
    #expect(verdict(stamp, in: corpora) == (.same, read: 0))
    #expect(verdict(stamp).0 == .changed(["a b/one.wav"]))

    try folder.write("moved/list%1.txt", "labels")
    let (touched, read) = verdict(stamp, in: corpora)
    #expect(read == 1)
    guard case .moved(let now) = touched else {
      Issue.record("\(touched)")
      return
    }
    #expect(now.listsDigest == stamp.listsDigest)

    try folder.write("moved/a b/more.wav", "more")
    #expect(verdict(stamp, in: corpora).0 == .otherNames)
    try folder.write("moved/list%1.txt", "Labels")
    #expect(verdict(stamp, in: corpora).0 == .changed(["list%1.txt"]))
  }

  @Test func aListMoreOrLessIsNamedUnlessItIsBesideWhatWasThere() throws {
    let before = try stamp()
    #expect(before.otherLists(than: before).isEmpty)
    try folder.write("corpus/README.txt", "words")
    try folder.write("corpus/notes.md", "words")
    try folder.write("corpus/another set/labels.txt", "of other audio")
    #expect(try stamp().otherLists(than: before).isEmpty)
    try folder.write("corpus/a b/labels.txt", "labels")
    let after = try stamp()
    #expect(after.otherLists(than: before) == ["a b/labels.txt"])
    #expect(before.otherLists(than: after) == ["a b/labels.txt"])
  }
}
