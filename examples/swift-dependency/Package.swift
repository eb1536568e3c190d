// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "addresses",
  dependencies: [
    // Elsewhere: .package(url: "https://…/fakegen", from: "0.1.0")
    .package(name: "fakegen", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "Addresses", dependencies: [.product(name: "FakeGen", package: "fakegen")]),
    .testTarget(
      name: "AddressesTests",
      dependencies: ["Addresses", .product(name: "FakeGen", package: "fakegen")]),
  ]
)
