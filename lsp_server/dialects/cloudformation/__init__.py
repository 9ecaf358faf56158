"""CloudFormation templates in YAML and JSON, with SAM: tree, schema, completion."""
