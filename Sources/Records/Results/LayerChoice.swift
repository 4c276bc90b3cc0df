/// The layer with which a task that trains nothing does best on a split that
/// is not the test split.
///
/// s3prl leaves this to the user, who runs the task once a layer.
package struct LayerChoice: Codable, Equatable, Sendable {
  /// From the shallowest, 0.
  package var layer: Int
  package var split: String
  /// The metric that chose.
  package var metric: String
  /// Its value with each layer.
  package var values: [Double]

  package init(layer: Int, split: String, metric: String, values: [Double]) {
    self.layer = layer
    self.split = split
    self.metric = metric
    self.values = values
  }
}
