import Leaderboard
import Records

/// What a result says of its making and its cost.
struct CellFacts {
  var entry: Leaderboard.Entry

  private var result: ExperimentResult { entry.result }

  var all: [(String, String)] {
    var facts = [
      ("task", "\(result.task.title), version \(result.task.version)"),
      ("signature", result.signature), ("file", entry.path),
      ("finished", result.finishedAt), ("seed", String(result.seed)),
      (
        "upstream",
        "\(result.upstream.layers) layer\(result.upstream.layers == 1 ? "" : "s") "
          + "× \(result.upstream.dimension), "
          + "\(number(result.upstream.samplesPerFrame)) samples per frame"
      ),
      ("weights", result.upstream.digest),
    ]
    if let digest = result.dataDigest { facts.append(("data", digest)) }
    if let step = result.bestStep {
      facts.append(("best step", String(step)))
    }
    facts += cost + training
    if entry.olderResults > 0 {
      facts.append(("older results", String(entry.olderResults)))
    }
    return facts
      + result.versions.sorted { $0.key < $1.key }
      .map { ("version of " + $0.key, $0.value) }
  }

  private var cost: [(String, String)] {
    let cost = result.cost
    var facts = [
      (
        "time",
        "\(number(cost.wallSeconds)) s, CPU \(number(cost.cpuSeconds / 3600)) h"
      ),
      ("peak memory", "\(number(Double(cost.peakMemoryBytes) / 1e6)) MB"),
    ]
    if let bytes = cost.peakTensorBytes {
      facts.append(("of it tensors", "\(number(Double(bytes) / 1e6)) MB"))
    }
    facts += [
      ("upstream passes", String(cost.upstreamPasses)),
      ("training steps", String(cost.trainingSteps)),
    ]
    if let joint = cost.joint {
      facts.append(
        (
          "before, trained jointly",
          "\(joint.tasks.joined(separator: ", ")): "
            + "\(number(joint.wallSeconds)) s, CPU \(number(joint.cpuSeconds))"
            + " s, peak memory "
            + "\(number(Double(joint.peakMemoryBytes) / 1e6)) MB, "
            + "\(joint.upstreamPasses) upstream passes"
        ))
    }
    return facts
  }

  /// How the head came about, as far as the result knows.
  var training: [(String, String)] {
    var facts: [(String, String)] = []
    if let step = result.stoppedAt {
      facts.append(("stopped early at step", String(step)))
    }
    if let unsound = result.unsoundSteps {
      facts.append(
        (
          "steps without a finite loss or gradient",
          "\(unsound.count), the first is step \(unsound.first)"
        ))
    }
    if let skipped = result.skippedBatches {
      let reasons = Set(skipped.map(\.reason)).sorted()
      facts.append(
        (
          "batches left out",
          "\(skipped.count): \(reasons.joined(separator: "; "))"
        ))
    }
    if let times = result.cost.trainingTimes {
      facts.append(
        (
          "training time",
          "data \(number(times.data)) s, forward \(number(times.forward)) s,"
            + " backward \(number(times.backward)) s,"
            + " update \(number(times.update)) s"
        ))
    }
    return facts
  }

  private func number(_ value: Double) -> String { Markup.number(value) }
}
