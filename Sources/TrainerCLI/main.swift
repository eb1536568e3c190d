import Trainer

Trainer.main()
