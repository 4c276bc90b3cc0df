/// One edit of the arguments or of the configuration, from the command line.
package struct Override: Equatable, Sendable, CustomStringConvertible {
  package enum Scope: String, CaseIterable, Sendable {
    /// A key of the configuration, at any depth.
    case config
    /// An option of the command.
    case args
  }

  package var scope: Scope
  /// At least one key; exactly one for ``Scope/args``.
  package var path: [String]
  package var value: ConfigValue

  package init(scope: Scope, path: [String], value: ConfigValue) {
    self.scope = scope
    self.path = path
    self.value = value
  }

  /// `config.a.b = 1`, for the log.
  package var description: String {
    ([scope.rawValue] + path).joined(separator: ".") + " = " + value.json()
  }
}

extension ConfigValue {
  /// A copy with the overrides of one scope set, in their order.
  package func applying(
    _ overrides: [Override], scope: Override.Scope = .config
  ) throws -> ConfigValue {
    try overrides.filter { $0.scope == scope }.reduce(self) {
      try $0.setting($1.path, to: $1.value)
    }
  }
}
