"""What an editor asks of a module beside completion: hover, names, outline, folds, links, hints."""
