import Foundation
import TestSupport
import Testing

@testable import Files

struct TrustedWritersTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = try folder.write("tasks/task.c", "int a;")
    chmod(folder.file("tasks"), 0o755)
  }

  @Test func theUsersOwnIsTrusted() {
    chmod(path, 0o644)
    #expect(TrustedWriters().objection(to: path) == nil)
    #expect(TrustedWriters().objection(toFolder: folder.file("tasks")) == nil)
    #expect(TrustedWriters().objection(to: folder.file("none")) == nil)
  }

  @Test func whatEverybodyMayWriteIsNot() {
    chmod(path, 0o646)
    #expect(
      TrustedWriters().objection(to: path) == "everybody may write to it")
    let found = TrustedWriters().objection(toFolder: folder.file("tasks"))
    #expect(found?.0 == path)
    #expect(
      TrustedWriters(groups: [4321]).objection(to: path) != nil)
  }

  @Test(.enabled(if: getuid() == 0, "takes the right to give files away"))
  func othersFilesAreTrustedIfTheSiteNamesTheirGroup() {
    chmod(path, 0o664)
    #expect(chown(path, 4242, 4321) == 0)
    #expect(
      TrustedWriters().objection(to: path) == "it belongs to user 4242")
    #expect(TrustedWriters(groups: [4321]).objection(to: path) == nil)
    #expect(chown(path, 0, 4321) == 0)
    #expect(
      TrustedWriters().objection(to: path)
        == "the group 4321 may write to it")
  }
}

struct PrivateFoldersTests {
  @Test func theCacheIsTheUsersOwn() throws {
    let home = try TemporaryFolder()
    #expect(
      CacheFolder.standard(environment: ["SUPERB_CACHE_DIR": "/x"]).path == "/x"
    )
    #expect(
      CacheFolder.standard(environment: ["HOME": home.path]).path
        == home.path + "/.cache/superb")
    #expect(
      CacheFolder.standard(environment: ["XDG_CACHE_HOME": home.file("c")]).path
        == home.file("c/superb"))
    let own = privateTemporaryFolder() + "/cache"
    for environment in [[:], ["HOME": ""], ["HOME": "/proc/nowhere"]] {
      #expect(CacheFolder.standard(environment: environment).path == own)
    }
  }

  @Test func aNameThatSomebodyElseHasTakenIsLeftToThem() throws {
    let folder = try TemporaryFolder()
    let ours = privateTemporaryFolder(in: folder.path)
    #expect(ours == folder.file("superb-\(getuid())"))
    #expect(privateTemporaryFolder(in: folder.path) == ours)
    chmod(ours, 0o777)
    #expect(privateTemporaryFolder(in: folder.path) != ours)
    try removeAll(ours)
    symlink("/tmp", ours)
    let other = privateTemporaryFolder(in: folder.path)
    #expect(other != ours)
    var status = stat()
    #expect(stat(other, &status) == 0 && status.st_mode & 0o777 == 0o700)
  }
}
