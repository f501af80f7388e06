/* The option parser: spellings, negation, order, and what it refuses. */
#include "tap.h"

#include "cli/opt.h"

struct target {
	bool flag, hooks;
	int count, mode, choice;
	const char *text, *maybe;
	int64_t number;
	double real;
	uint64_t size;
	struct crm_list list;
};

static const char *args[32];
static size_t nargs;
static struct crm_err err;

/* Parses a command line of words split at blanks; "''" is an empty word. */
static enum crm_status
parse(struct target *t, const char *line, bool stop)
{
	static const char *const choices[] = { "auto", "always", NULL };
	const struct crm_opt rows[] = {
		{ 'q', "quiet", CRM_OPT_FLAG, NULL, &t->flag, "x" },
		{ 0, "no-hooks", CRM_OPT_FLAG, NULL, &t->hooks, "x" },
		{ 'v', "verbose", CRM_OPT_COUNT, NULL, &t->count, "x" },
		{ 't', "type", CRM_OPT_TEXT, "TYPE", &t->text, "x" },
		{ 'l', "limit", CRM_OPT_NUMBER, "N", &t->number, "x" },
		{ 0, "wait", CRM_OPT_NUMBER, "N", &t->number, "x",
		    .flags = CRM_OPT_ZERO },
		{ 0, "threshold", CRM_OPT_REAL, "P", &t->real, "x" },
		{ 0, "memory", CRM_OPT_SIZE, "SIZE", &t->size, "x" },
		{ 0, "get", CRM_OPT_MAYBE, "FIELD", &t->maybe, "x" },
		{ 0, "color", CRM_OPT_CHOICE, "WHEN", &t->choice, "x",
		    .choices = choices },
		{ 0, "pairs", CRM_OPT_SET, NULL, &t->mode, "x", .value = 1 },
		{ 0, "plan", CRM_OPT_SET, NULL, &t->mode, "x", .value = 2 },
		{ 0, "sum", CRM_OPT_LIST, "FIELD", &t->list, "x" },
		{ 0, "count", CRM_OPT_LIST, NULL, &t->list, "x" },
		{ 0 }
	};
	const struct crm_opt *const tables[] = { rows, NULL };
	static char words[512];
	static char *argv[32];
	int argc = 0;
	snprintf(words, sizeof(words), "%s", line);
	argv[argc++] = words;
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[argc++] = strcmp(w, "''") == 0 ? w + 2 : w;
	return crm_opt_parse(tables, argc, argv, stop, args, &nargs, &err);
}

static void
good(void)
{
	struct target t = { 0 };
	ok(!parse(&t, "-qvv -tdeal -l 5 a --limit=7 b", false) && t.flag &&
	    t.count == 2 && !strcmp(t.text, "deal") && t.number == 7,
	    "clusters, stuck values, the last one wins");
	ok(nargs == 2 && !strcmp(args[0], "a") && !strcmp(args[1], "b"),
	    "options stand anywhere");
	ok(!parse(&t, "--no-quiet --no-hooks -t -30d -- -x", false) &&
	    !t.flag && t.hooks && !strcmp(t.text, "-30d") && nargs == 1 &&
	    !strcmp(args[0], "-x"),
	    "negation, a value that begins with -, --");
	ok(!parse(&t, "--hooks --get x --no-wait", false) && !t.hooks &&
	    t.maybe && !*t.maybe && nargs == 1 && t.number == 0,
	    "an optional value is only taken with =");
	ok(!parse(&t, "--get=email --color=always --plan --pairs -", false) &&
	    !strcmp(t.maybe, "email") && t.choice == 1 && t.mode == 1 &&
	    nargs == 1, "choices and modes; - is an operand");
	ok(!parse(&t, "--sum a --count --sum=b", false) && t.list.n == 3 &&
	    !strcmp(t.list.v[0].value, "a") && !t.list.v[1].value &&
	    !strcmp(t.list.v[2].value, "b"), "lists keep their order");
	ok(!parse(&t, "--threshold .95 --memory 64M", false) &&
	    t.real > 0.949 && t.real < 0.951 && t.size == 64 << 20,
	    "numbers and sizes");
	struct target n = { 0 };
	ok(!parse(&n, "-l 3 --no-limit --memory 1K --no-memory --pairs --no-pairs "
	    "--color=always --no-color --threshold 1 --no-threshold", false) &&
	    n.number == 0 && n.size == 0 && n.mode == 0 && n.choice == 0 &&
	    n.real < 0.001, "what is negated is what it was before");
	ok(!parse(&n, "--plan --no-pairs", false) && n.mode == 2,
	    "another mode's negation leaves this one");
	ok(!parse(&n, "--sum a --count --no-sum", false) && n.list.n == 1 &&
	    !strcmp(n.list.v[0].name, "count"),
	    "negation takes its own items from a shared list");
	crm_list_release(&n.list);
	ok(!parse(&t, "find -q", true) && nargs == 2, "stop at an operand");
	crm_list_release(&t.list);
}

static void
bad(void)
{
	static const struct {
		const char *line, *id, *part;
	} cases[] = {
		{ "--quite", "usage.option", "'--quiet'" },
		{ "--qui", "usage.option", "unknown" },
		{ "-x", "usage.option", "'-x'" },
		{ "-qx", "usage.option", "'-x'" },
		{ "--no-plain", "usage.option", "unknown" },
		{ "--no-limit=3", "usage.value", "no value" },
		{ "-t", "usage.value", "TYPE" },
		{ "--type", "usage.value", "TYPE" },
		{ "--quiet=1", "usage.value", "no value" },
		{ "-l 5x", "usage.value", "'5x'" },
		{ "-l -5", "usage.value", "'-5'" },
		{ "-l 99999999999999999999", "usage.value", "whole" },
		{ "--threshold 1,5", "usage.value", "'1,5'" },
		{ "--memory 64Q", "usage.value", "'64Q'" },
		{ "--memory 99999999999T", "usage.value", "size" },
		{ "--color alway", "usage.value", "'always'" },
		{ "--color=", "usage.value", "none" },
		{ "a ''", "usage.operand", "empty" },
	};
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		struct target t = { 0 };
		ok(parse(&t, cases[i].line, false) == CRM_USAGE &&
		    !strcmp(err.id, cases[i].id) &&
		    strstr(err.msg, cases[i].part),
		    "refused: %s (%s)", cases[i].line, err.msg);
		crm_list_release(&t.list);
	}
}

int
main(void)
{
	good();
	bad();
	return tap_end();
}
