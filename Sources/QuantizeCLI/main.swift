import Autodiff
import Foundation
import Quantize

BLASKernels.restartIfUnfit()
exit(QuantizeCommand.run(Array(CommandLine.arguments.dropFirst())))
