"""Pictures in messages: tags in text that name them, and their data in the form that models take."""
