import Autodiff
import Checkpoint
import FloatModel
import Foundation
import Schema

extension TrainingRun {
  /// Returns the run's state.
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
    for (scalars, whitening) in zip(model.scalarTuples, whitenings) {
      let square = [whitening.count, whitening.count]
      tensors[scalars.meanName] = CheckpointTensor(
        shape: [whitening.count], elements: .float64(whitening.mean))
      tensors[scalars.covarianceName] = CheckpointTensor(
        shape: square, elements: .float64(whitening.covariance))
      tensors[scalars.unwhiteningName] = CheckpointTensor(
        shape: square, elements: .float64(whitening.unwhitening))
    }
    if model.hasLatents {
      tensors[RecordModel.latentMeanName] = CheckpointTensor(
        shape: [latents.width], elements: .float64(latents.mean))
      tensors[RecordModel.latentCovarianceName] = CheckpointTensor(
        shape: [latents.width, latents.width], elements: .float64(latents.covariance))
    }
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
    // As many batches as the averages remember: they move on, they do not start anew.
    let remembered = 1_000_000
    try readModel(
      &reader, latentBatches: remembered, whiteningBatches: whitenings.map { _ in remembered })
  }

  /// Takes the model's parameters and moving averages.
  ///
  /// - Parameter whiteningBatches: for each whitening the batches that it has seen.
  private func readModel(
    _ reader: inout TensorReader, latentBatches: Int, whiteningBatches: [Int]
  ) throws(CheckpointError) {
    try reader.check(model.manifest)
    try reader.read(model.layout, into: parameters.values)
    for (index, scalars) in model.scalarTuples.enumerated() {
      let count = scalars.leaves.count
      whitenings[index] = Whitening(
        mean: try reader.doubles(scalars.meanName, shape: [count]),
        covariance: try reader.doubles(scalars.covarianceName, shape: [count, count]),
        batches: whiteningBatches[index],
        unwhitening: try reader.doubles(scalars.unwhiteningName, shape: [count, count]))
    }
    if model.hasLatents { try reader.read(&latents) }
    latents.batches = latentBatches
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
      try reader.read(discriminator.network.layout, into: discriminator.parameters.values)
      discriminator.adam.step = step
    }
    guard let augmenter else { return }
    let begun = try reader.bytes(Self.begunName, shape: [workers.count])
    guard begun.allSatisfy({ $0 <= 1 }) else {
      throw .malformed(path: path, field: "tensor '\(Self.begunName)'")
    }
    let (variants, width) = (augmenter.settings.variants, augmenter.width)
    let count = begun.count { $0 == 1 }
    let latents = try reader.floats(Self.latentsName, shape: [count, variants, width])
    let ages = try reader.floats(Self.agesName, shape: [count, variants])
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
    try readModel(
      &reader, latentBatches: resume.latentBatches, whiteningBatches: resume.whiteningBatches)
    for (name, vector) in moments {
      vector.values.update(
        from: try reader.floats(name, shape: [vector.count]), count: vector.count)
    }
    let stateSize = workers[0].stateSize
    let states = try reader.bytes("random/workers", shape: [workers.count, stateSize])
    for (index, worker) in workers.enumerated() {
      guard worker.restore(Array(states[index * stateSize..<(index + 1) * stateSize])) else {
        throw .malformed(path: path, field: "tensor 'random/workers'")
      }
    }
    try readMethodState(&reader, resume: resume, path: path)
    try reader.checkAllRead()
    adam.step = resume.adamStep
    step = resume.step
  }
}
