select shards from install
