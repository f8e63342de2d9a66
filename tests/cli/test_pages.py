"""`python app.py pages`, as the owner types it."""


def test_a_page_is_written_listed_and_removed(app, tmp_path):
    file = tmp_path / "now.md"
    file.write_text("# What I do now\n\nI mend fences.\n")
    written = app("pages", "write", "now", str(file), "--menu", "2")
    assert (0, "http://127.0.0.1:5000/now/\n") == (written.returncode, written.stdout), written.stderr
    assert "http://127.0.0.1:5000/now/  What I do now  (menu 2)\n" == app("pages", "list").stdout

    file.write_text("# Now\n\nNothing.\n")
    app("pages", "write", "now", str(file))
    assert "http://127.0.0.1:5000/now/  Now  (menu 2)\n" == app("pages", "list").stdout

    assert "removed: now\n" == app("pages", "remove", "now").stdout
    assert "" == app("pages", "list").stdout


def test_what_cannot_be_is_told_in_a_line(app, tmp_path):
    file = tmp_path / "x.md"
    file.write_bytes(b"\xff")
    for arguments, said in {
        ("write", "notes", __file__): "something else already",
        ("write", "Now", __file__): "no name of a page",
        ("write", "now", str(file)): "cannot be read",
        ("write", "now", str(tmp_path / "none")): "cannot be read",
        ("remove", "now"): "no page now",
    }.items():
        done = app("pages", *arguments)
        assert (1, "") == (done.returncode, done.stdout)
        assert said in done.stderr
        assert 1 == done.stderr.count("\n")
