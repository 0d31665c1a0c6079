"""How streaming works: the article's subject in parts that one can press."""
