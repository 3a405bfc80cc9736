"""What only many forms together show: recycled texts and values, targets against history and peers, inflated units, shared evidence, sums."""
