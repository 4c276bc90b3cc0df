import Foundation

/// What an expert reports of one split.
package struct SplitRecords {
  package struct Prediction: Codable, Equatable {
    package var id: String
    package var predicted: String
    package var truth: String
    /// Numbers behind it by what they are; nil if the task gave none.
    package var scores: [String: [Double]]?
    /// What else the task says of it; nil if that is nothing.
    package var attributes: [String: String]?

    package init(id: String, predicted: String, truth: String) {
      self.id = id
      self.predicted = predicted
      self.truth = truth
    }
  }

  /// In the order of report.
  package var metrics: [(name: String, value: Double)] = []
  /// Files to save the current state under.
  package var saveAs: [String] = []
  /// In the order of report.
  package var predictions: [Prediction] = []
  /// Files of the experiment's folder, by name.
  package var files: [(name: String, bytes: Data)] = []

  package init(metrics: [(name: String, value: Double)] = []) {
    self.metrics = metrics
  }
}
