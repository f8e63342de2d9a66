"""Pages of the owner's that are no posts: about, now, whatever he writes."""

from dataclasses import dataclass
from datetime import datetime

from indie import times
from indie.store.database import Database, Row


@dataclass(frozen=True)
class Page:
    """
    name: its address below the site's, as it stands there. title: "" for what `site.own_pages` calls it.

    content: Markdown. menu: its place in the menu of every page, the lowest first; 0 for none.
    """

    name: str
    title: str
    content: str
    menu: int = 0


@dataclass(frozen=True)
class Pages:
    """The table of pages."""

    database: Database

    def get(self, name: str) -> Page | None:
        """The page of this name."""
        row = self.database.one("SELECT name, title, content, menu FROM pages WHERE name = :name", name=name)
        return _page(row) if row else None

    def all(self) -> list[Page]:
        """Every page, by name."""
        return list(map(_page, self.database.query("SELECT name, title, content, menu FROM pages ORDER BY name")))

    def menu(self) -> list[tuple[str, str]]:
        """Name and title of what the menu has, in its order."""
        rows = self.database.query("SELECT name, title FROM pages WHERE menu > 0 ORDER BY menu, name")
        return [(row["name"], row["title"]) for row in rows]

    def put(self, page: Page, now: datetime) -> None:
        """Write a page, in place of the one of its name."""
        self.database.execute(
            """
            INSERT INTO pages (name, title, content, menu, changed)
            VALUES (:name, :title, :content, :menu, :changed)
            ON CONFLICT (name) DO UPDATE SET title = excluded.title, content = excluded.content,
                menu = excluded.menu, changed = excluded.changed
            """,
            **vars(page),
            changed=times.sortable(now),
        )

    def remove(self, name: str) -> bool:
        """Take a page away; False if there is none of this name."""
        return self.database.one("DELETE FROM pages WHERE name = :name RETURNING name", name=name) is not None


def _page(row: Row) -> Page:
    return Page(row["name"], row["title"], row["content"], row["menu"])
