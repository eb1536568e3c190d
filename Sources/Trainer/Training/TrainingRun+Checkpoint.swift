import Autodiff
import Checkpoint
import Foundation
import Schema

extension TrainingRun {
  /// The run's state.
  ///
  /// - Parameter compact: leave out what only resuming needs.
  func checkpoint(compact: Bool) throws -> Checkpoint {
    var description = model.description
    description.provenance.steps += step
    description.provenance.examples += step * preset.examplesPerStep
    var metadata = RunMetadata(model: description, preset: preset, resume: nil)
    var tensors: [String: CheckpointTensor] = [:]
    for entry in model.layout.entries {
      tensors[entry.name] = CheckpointTensor(
        shape: entry.shape,
        elements: .float32(
          Array(
            UnsafeBufferPointer(
              start: parameters.values + entry.slot.offset, count: entry.slot.count))))
    }
    for (index, scalarTuple) in model.scalarTuples.enumerated() {
      let whitening = whitenings[index]
      let prefix = scalarTuple.prefix
      let square = [whitening.count, whitening.count]
      tensors["\(prefix)/mean"] = CheckpointTensor(
        shape: [whitening.count], elements: .float64(whitening.mean))
      tensors["\(prefix)/covariance"] = CheckpointTensor(
        shape: square, elements: .float64(whitening.covariance))
      tensors["\(prefix)/unwhitening"] = CheckpointTensor(
        shape: square, elements: .float64(whitening.unwhitening))
    }
    tensors["latent/mean"] = CheckpointTensor(
      shape: [latents.width], elements: .float64(latents.mean))
    tensors["latent/covariance"] = CheckpointTensor(
      shape: [latents.width, latents.width], elements: .float64(latents.covariance))
    if !compact {
      metadata.resume = RunMetadata.Resume(
        step: step, adamStep: adam.step, latentBatches: latents.batches,
        whiteningBatches: whitenings.map(\.batches), discriminatorStep: discriminator?.adam.step)
      for (name, vector) in moments {
        tensors[name] = CheckpointTensor(
          shape: [vector.count],
          elements: .float32(
            Array(UnsafeBufferPointer(start: vector.values, count: vector.count))))
      }
      tensors["random/workers"] = CheckpointTensor(
        shape: [workers.count, workers[0].stateSize],
        elements: .bytes(workers.flatMap(\.state)))
      addMethodState(to: &tensors)
    }
    return Checkpoint(metadata: try metadata.encoded(), tensors: tensors)
  }

  /// Starts from the parameters and moving averages of a model of the same description, with a
  /// fresh optimizer and schedule.
  func start(from checkpoint: Checkpoint, path: String) throws(CheckpointError) {
    precondition(step == 0)
    var reader = TensorReader(checkpoint, path: path)
    try reader.readModel(model, into: parameters, &whitenings, &latents)
    // As many batches as the averages remember: they move on, they do not start anew.
    let remembered = 1_000_000
    latents.batches = remembered
    for index in whitenings.indices {
      whitenings[index] = Whitening(
        mean: whitenings[index].mean, covariance: whitenings[index].covariance,
        batches: remembered, unwhitening: whitenings[index].unwhitening)
    }
  }

  private var moments: [(String, ParameterVector<Float>)] {
    var moments = [
      ("optimizer/first_moment", adam.firstMoment),
      ("optimizer/second_moment", adam.secondMoment),
    ]
    if let discriminator {
      moments += [
        ("training/discriminator/first_moment", discriminator.adam.firstMoment),
        ("training/discriminator/second_moment", discriminator.adam.secondMoment),
      ]
    }
    return moments
  }

  private static let latentsName = "training/augmentation/latents"
  private static let agesName = "training/augmentation/ages"
  private static let begunName = "training/augmentation/begun"

  /// Adds what only some methods keep: the discriminator's parameters, the augmented latent vectors
  /// of the workers that have begun.
  private func addMethodState(to tensors: inout [String: CheckpointTensor]) {
    if let discriminator {
      for entry in discriminator.network.layout.entries {
        tensors[entry.name] = CheckpointTensor(
          shape: entry.shape,
          elements: .float32(
            Array(
              UnsafeBufferPointer(
                start: discriminator.parameters.values + entry.slot.offset,
                count: entry.slot.count))))
      }
    }
    if let augmenter {
      let (variants, width) = (augmenter.settings.variants, augmenter.width)
      let latents = augmenter.latents.flatMap { $0 }
      let begun = augmenter.latents.map { $0.isEmpty ? UInt8(0) : 1 }
      let count = begun.count { $0 == 1 }
      tensors[Self.begunName] = CheckpointTensor(shape: [begun.count], elements: .bytes(begun))
      tensors[Self.latentsName] = CheckpointTensor(
        shape: [count, variants, width], elements: .float32(latents))
      tensors[Self.agesName] = CheckpointTensor(
        shape: [count, variants], elements: .float32(augmenter.ages.flatMap { $0 }))
    }
  }

  /// Takes what `addMethodState` has added.
  private func readMethodState(
    _ reader: inout TensorReader, resume: RunMetadata.Resume, path: String
  ) throws(CheckpointError) {
    if let discriminator {
      guard let step = resume.discriminatorStep, (0...resume.step).contains(step) else {
        throw .malformed(path: path, field: "resume.discriminatorStep of the metadata")
      }
      for entry in discriminator.network.layout.entries {
        try reader.readFloats(
          entry.name, shape: entry.shape,
          into: discriminator.parameters.values + entry.slot.offset)
      }
      discriminator.adam.step = step
    }
    guard let augmenter else { return }
    let begun = try reader.readBytes(Self.begunName, shape: [workers.count])
    guard begun.allSatisfy({ $0 <= 1 }) else {
      throw .malformed(path: path, field: "tensor '\(Self.begunName)'")
    }
    let (variants, width) = (augmenter.settings.variants, augmenter.width)
    let count = begun.count { $0 == 1 }
    let latents = try reader.readFloats(Self.latentsName, shape: [count, variants, width])
    let ages = try reader.readFloats(Self.agesName, shape: [count, variants])
    var place = 0
    for worker in begun.indices where begun[worker] == 1 {
      self.augmenter?.latents[worker] = Array(
        latents[place * variants * width..<(place + 1) * variants * width])
      self.augmenter?.ages[worker] = Array(ages[place * variants..<(place + 1) * variants])
      place += 1
    }
  }

  /// Takes the state of a checkpoint that a run of the same model wrote.
  func restore(
    _ checkpoint: Checkpoint, resume: RunMetadata.Resume, path: String
  ) throws(CheckpointError) {
    guard (0...preset.steps).contains(resume.step), resume.adamStep == resume.step,
      resume.whiteningBatches.count == whitenings.count,
      ([resume.latentBatches] + resume.whiteningBatches).allSatisfy({ (0...1 << 40).contains($0) })
    else { throw .malformed(path: path, field: "resume of the metadata") }
    var reader = TensorReader(checkpoint, path: path)
    try reader.readModel(model, into: parameters, &whitenings, &latents)
    for index in whitenings.indices {
      whitenings[index] = Whitening(
        mean: whitenings[index].mean, covariance: whitenings[index].covariance,
        batches: resume.whiteningBatches[index], unwhitening: whitenings[index].unwhitening)
    }
    for (name, vector) in moments {
      try reader.readFloats(name, shape: [vector.count], into: vector.values)
    }
    let stateSize = workers[0].stateSize
    let states = try reader.readBytes("random/workers", shape: [workers.count, stateSize])
    for (index, worker) in workers.enumerated() {
      guard worker.restore(Array(states[index * stateSize..<(index + 1) * stateSize])) else {
        throw .malformed(path: path, field: "tensor 'random/workers'")
      }
    }
    try readMethodState(&reader, resume: resume, path: path)
    try reader.expectEnd()
    latents.batches = resume.latentBatches
    adam.step = resume.adamStep
    step = resume.step
  }
}

/// Reads a checkpoint's tensors by name; every one must be asked for, with its shape.
struct TensorReader {
  private let checkpoint: Checkpoint
  private let path: String
  private var unread: Set<String>

  init(_ checkpoint: Checkpoint, path: String) {
    self.checkpoint = checkpoint
    self.path = path
    unread = Set(checkpoint.tensors.keys)
  }

  private mutating func tensor(
    _ name: String, shape: [Int]
  ) throws(CheckpointError) -> CheckpointTensor {
    guard let tensor = checkpoint.tensors[name] else {
      throw .missingTensor(path: path, name: name)
    }
    guard tensor.shape == shape else {
      throw .badShape(path: path, name: name, expected: shape, found: tensor.shape)
    }
    unread.remove(name)
    return tensor
  }

  mutating func readFloats(
    _ name: String, shape: [Int], into destination: UnsafeMutablePointer<Float>
  ) throws(CheckpointError) {
    let values = try readFloats(name, shape: shape)
    for i in values.indices { destination[i] = values[i] }
  }

  mutating func readFloats(_ name: String, shape: [Int]) throws(CheckpointError) -> [Float] {
    guard case .float32(let values) = try tensor(name, shape: shape).elements else {
      throw .malformed(path: path, field: "element type of tensor '\(name)'")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw .malformed(path: path, field: "tensor '\(name)': not all numbers are finite")
    }
    return values
  }

  mutating func readDoubles(_ name: String, shape: [Int]) throws(CheckpointError) -> [Double] {
    guard case .float64(let values) = try tensor(name, shape: shape).elements else {
      throw .malformed(path: path, field: "element type of tensor '\(name)'")
    }
    guard values.allSatisfy(\.isFinite) else {
      throw .malformed(path: path, field: "tensor '\(name)': not all numbers are finite")
    }
    return values
  }

  mutating func readBytes(_ name: String, shape: [Int]) throws(CheckpointError) -> [UInt8] {
    guard case .bytes(let values) = try tensor(name, shape: shape).elements else {
      throw .malformed(path: path, field: "element type of tensor '\(name)'")
    }
    return values
  }

  /// Checks that the tensors of `model` are there with their shapes, without taking memory.
  func checkShapes(_ model: RecordModel) throws(CheckpointError) {
    let latent = model.description.widths.embedding
    let latents = [("latent/mean", [latent]), ("latent/covariance", [latent, latent])]
    for (name, shape) in model.layout.entries.map({ ($0.name, $0.shape) }) + latents {
      guard let tensor = checkpoint.tensors[name] else {
        throw .missingTensor(path: path, name: name)
      }
      guard tensor.shape == shape else {
        throw .badShape(path: path, name: name, expected: shape, found: tensor.shape)
      }
    }
  }

  /// Reads everything that generation needs.
  mutating func readModel(
    _ model: RecordModel, into parameters: ParameterVector<Float>,
    _ whitenings: inout [Whitening], _ latents: inout LatentMoments
  ) throws(CheckpointError) {
    for entry in model.layout.entries {
      try readFloats(
        entry.name, shape: entry.shape,
        into: parameters.values + entry.slot.offset)
    }
    whitenings = []
    for (module, prefix) in model.scalarTuples {
      let count = module.leaves.count
      whitenings.append(
        Whitening(
          mean: try readDoubles("\(prefix)/mean", shape: [count]),
          covariance: try readDoubles("\(prefix)/covariance", shape: [count, count]),
          batches: 0,
          unwhitening: try readDoubles("\(prefix)/unwhitening", shape: [count, count])))
    }
    latents.mean = try readDoubles("latent/mean", shape: [latents.width])
    latents.covariance = try readDoubles(
      "latent/covariance", shape: [latents.width, latents.width])
  }

  /// Nothing may be left over.
  func expectEnd() throws(CheckpointError) {
    if let name = unread.min() { throw .unknownTensor(path: path, name: name) }
  }
}
