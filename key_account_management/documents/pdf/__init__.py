"""What the templates of PDF documents write, how it is laid out on pages, and what is added to finished pages."""
