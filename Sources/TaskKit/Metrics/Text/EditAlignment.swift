/// How many tokens were right and how many of each kind of edit there were.
public struct EditCounts: Equatable, Sendable {
  /// Tokens that are the same on both sides.
  public var hits: Int
  /// Reference tokens that another stands for.
  public var substitutions: Int
  /// Reference tokens that the hypothesis lacks.
  public var deletions: Int
  /// Hypothesis tokens that the reference lacks.
  public var insertions: Int

  /// Counts of tokens.
  public init(
    hits: Int = 0, substitutions: Int = 0, deletions: Int = 0,
    insertions: Int = 0
  ) {
    self.hits = hits
    self.substitutions = substitutions
    self.deletions = deletions
    self.insertions = insertions
  }

  /// The edit distance.
  public var edits: Int { substitutions + deletions + insertions }
  /// Tokens of the reference.
  public var referenceLength: Int { hits + substitutions + deletions }
  /// Tokens of the hypothesis.
  public var hypothesisLength: Int { hits + substitutions + insertions }

  /// Adds another utterance's counts.
  public static func += (total: inout EditCounts, more: EditCounts) {
    total.hits += more.hits
    total.substitutions += more.substitutions
    total.deletions += more.deletions
    total.insertions += more.insertions
  }
}

/// One step of an alignment, with positions counted from 0.
public enum EditStep: Equatable, Sendable {
  case hit(hypothesis: Int, reference: Int)
  case substitution(hypothesis: Int, reference: Int)
  case deletion(reference: Int)
  case insertion(hypothesis: Int)
}

/// A shortest way from the reference to the hypothesis, step by step.
///
/// There are often several. Chosen is the one that, seen from the end and
/// after the common beginning and end are set aside, leaves out a reference
/// token where it can; so do RapidFuzz and with it jiwer, whose counts are
/// therefore the same. Takes O(n·m) time and n·m/4 bytes.
public struct EditAlignment: Equatable, Sendable {
  /// From the first token to the last.
  public let steps: [EditStep]

  /// A shortest way from the hypothesis to the reference.
  public init<Token: Hashable>(
    hypothesis: some Collection<Token>, reference: some Collection<Token>
  ) {
    let codes = TokenCodes(hypothesis: hypothesis, reference: reference)
    let table = BitParallelColumns(codes)
    let prefix = codes.prefix
    let spoken = Array(codes.hypothesis)
    let meant = Array(codes.reference)
    var backward: [EditStep] = []
    backward.reserveCapacity(prefix + codes.suffix + meant.count)
    for k in (0..<codes.suffix).reversed() {
      backward.append(
        .hit(
          hypothesis: prefix + spoken.count + k,
          reference: prefix + meant.count + k))
    }
    var i = meant.count
    var j = spoken.count
    while i > 0 && j > 0 {
      if table.grows(i - 1, j - 1) {
        i -= 1
        backward.append(.deletion(reference: prefix + i))
        continue
      }
      j -= 1
      if j > 0 && table.shrinks(i - 1, j - 1) {
        backward.append(.insertion(hypothesis: prefix + j))
        continue
      }
      i -= 1
      backward.append(
        spoken[j] == meant[i]
          ? .hit(hypothesis: prefix + j, reference: prefix + i)
          : .substitution(hypothesis: prefix + j, reference: prefix + i))
    }
    while i > 0 {
      i -= 1
      backward.append(.deletion(reference: prefix + i))
    }
    while j > 0 {
      j -= 1
      backward.append(.insertion(hypothesis: prefix + j))
    }
    for k in (0..<prefix).reversed() {
      backward.append(.hit(hypothesis: k, reference: k))
    }
    steps = backward.reversed()
  }

  /// How often each kind of step occurs.
  public var counts: EditCounts {
    var counts = EditCounts()
    for step in steps {
      switch step {
      case .hit: counts.hits += 1
      case .substitution: counts.substitutions += 1
      case .deletion: counts.deletions += 1
      case .insertion: counts.insertions += 1
      }
    }
    return counts
  }
}
