"""The bot report, overrides of the bot rules, and limits above which a visitor counts as a bot."""
