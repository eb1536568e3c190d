import Autodiff
import Foundation
import Trainer

BLASKernels.restartIfUnfit()
exit(Trainer.run(Array(CommandLine.arguments.dropFirst())))
