print("fakegen")
