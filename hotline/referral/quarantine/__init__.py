"""Pictures that are suspected abuse material: locked for everybody, handed to the police, erased after the recorded hand-over."""
