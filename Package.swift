// swift-tools-version: 6.2
import PackageDescription

// Warnings of ours are errors in CI; a newer compiler's new warning must not
// stop a user who only wants to build.
let swiftSettings: [SwiftSetting] =
  (Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)])
  // Tests reach inside in release builds too: one build serves both.
  + [.unsafeFlags(["-enable-testing"], .when(configuration: .release))]

// What is tested is optimised; what tests it need not be, and builds faster.
let testSettings: [SwiftSetting] =
  swiftSettings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]

/// A target of ours, with the settings that all of them share.
func target(
  _ name: String, _ dependencies: [Target.Dependency] = []
) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of one target, in the folder that mirrors it.
func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
    resources: resources, swiftSettings: testSettings)
}

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "superb",
  products: [.executable(name: "superb", targets: ["BenchHost"])],
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
  ],
  // Ground floor first. A target imports only from floors below its own.
  targets: [
    .systemLibrary(
      name: "CBLAS", pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
      name: "CSndfile", pkgConfig: "sndfile",
      providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(
      name: "CFFTW", pkgConfig: "fftw3f", providers: [.apt(["libfftw3-dev"])]),
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1",
      providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .target(name: "TaskABI"),
    .target(
      name: "Kernels",
      cSettings: [
        .unsafeFlags(["-O3", "-Wall", "-Wextra", "-Wno-psabi"])
      ]),
    target("Diagnostics"),

    target("TaskKit", ["TaskABI"]),
    target("Tensors", ["TaskABI", "Kernels", "CBLAS", "Diagnostics"]),
    target("Alignment", ["TaskABI", "Kernels", "CBLAS", "Diagnostics"]),
    target(
      "Speech", ["CSndfile", "CFFTW", "CSoxr", "Kernels", "Diagnostics"]),
    target("Configuration", ["CYAML", "Diagnostics"]),

    target("Models", ["TaskABI", "Tensors", "Kernels", "CBLAS", "Diagnostics"]),
    target(
      "Upstreams",
      ["Models", "Speech", "Tensors", "TaskKit", "CCrypto", "Diagnostics"]),
    target("DemoCorpora", ["Speech", "Diagnostics"]),

    target(
      "Harness",
      [
        "Upstreams", "TaskKit", "Tensors", "Alignment", "Speech", "TaskABI",
        "Configuration", "Diagnostics", logging,
      ]),
    target("Leaderboard", ["Harness", "Diagnostics"]),

    .executableTarget(
      name: "BenchHost",
      dependencies: [
        "Leaderboard", "Harness", "Upstreams", "DemoCorpora", "TaskKit",
        "Tensors", "Configuration", "Diagnostics", argumentParser, logging,
      ],
      swiftSettings: swiftSettings,
      // Tasks written in Swift find the kit in the program that loads them,
      // so that one process never holds two copies of it.
      linkerSettings: [
        .unsafeFlags([
          "-use-ld=lld", "-Xlinker", "--export-dynamic-symbol=$s7TaskKit*",
        ])
      ]),

    tests("TaskABI"),
    tests("TaskKit", resources: [.copy("Fixtures")]),
    tests("Tensors", resources: [.copy("Fixtures")]),
    tests("Alignment", resources: [.copy("Fixtures")]),
    tests("Speech", resources: [.copy("Fixtures")]),
    tests("Configuration"),
    tests("Models", ["Tensors"], resources: [.copy("Fixtures")]),
    tests("Upstreams", ["Models"], resources: [.copy("Fixtures")]),
    tests("DemoCorpora", ["Speech"]),
    tests(
      "Harness",
      [
        "Upstreams", "Tensors", "Alignment", "Speech", "TaskABI",
        "Configuration", "Diagnostics", logging,
      ], resources: [.copy("Fixtures")]),
    tests("Leaderboard"),
    .testTarget(
      name: "BenchHostTests", dependencies: ["Harness"],
      swiftSettings: testSettings),
  ],
  swiftLanguageModes: [.v6]
)
