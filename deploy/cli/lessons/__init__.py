"""The lessons of ./shop tour: what a file of tour/ says, how a lesson is led, and how an answer is checked."""
