"""What the stand-ins and the runner promise. Run: python3 -m unittest discover --start-directory oracle --top-level-directory oracle"""
