"""What an editor asks of a template beside completion: hover, names, outline, folds, links, hints."""
