"""What agents do in a night, told by the names of actions on the sample shop, at three sizes and in both languages."""
