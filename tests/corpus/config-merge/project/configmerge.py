"""Layered configuration."""
import copy


def merge(base, override):
    """Merge nested dictionaries; the override wins, None means 'not given'."""
    result = copy.deepcopy(base)
    for key, value in override.items():
        if key in result:
            result[key] = merge(result[key], value)
        else:
            result[key] = copy.deepcopy(value)
    return result


def merge_all(*layers):
    result = {}
    for layer in layers:
        result = merge(result, layer)
    return result


def get_path(config, path, default=None):
    """Look up a dotted path such as 'server.port'."""
    node = config
    for part in path.split("."):
        if not isinstance(node, dict) or part not in node:
            return default
        node = node[part]
    return node
