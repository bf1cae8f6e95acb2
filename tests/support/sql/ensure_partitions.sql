select ensure_partition('visits', $1), ensure_partition('events', $1)
