"""Queries on the command line."""
from figures import beside, measure_command, written
from terminal import Ended

QUERIES = ["", "status:new score>70 sort:-score", "zephyrine", "value:10k..50k owner:me", "smith acme"]


def command_rows(program, database, leads_csv, env, names):
    for query in QUERIES:
        title = f"crm leads '{query}'" if query else "crm leads"
        try:
            wall, _ = measure_command([program, "leads", *([query] if query else []), "--db", str(database)], env)
        except Ended as reason:
            yield [title, "", "failed", str(reason).split("\n")[0][:60]]
            continue
        yield [title, "", written(wall, "ms"), "", *grep_beside(query, wall, leads_csv, env, names)]


def grep_beside(query, wall, leads_csv, env, names):
    """The time grep takes for the same single word, in the column of `less`."""
    if ":" in query or " " in query or not query or "less" not in names:
        return []
    theirs, _ = measure_command(["grep", "-i", query, str(leads_csv)], env)
    return ["" for _ in names[:names.index("less")]] + ["grep " + beside(theirs, wall, "ms")]
