"""The API described from its declarations: one surface, written as Markdown and as TypeScript."""
