"""What the templates of PDF documents write, how it is laid out on pages, and what is put onto finished pages."""
