import Foundation
import Trainer

exit(Trainer.run(Array(CommandLine.arguments.dropFirst())))
