print("superb")
