/* crm schema: types and fields of a store; adding own ones. */
#include "cli/verbs.h"

#include "base/mem.h"
#include "cli/env.h"
#include "cli/mirror.h"
#include "cli/out.h"
#include "cli/rulefile.h"
#include "format/json.h"

enum { SCHEMA_MAX = 4 << 20 };

static void
print_types(const struct crm_schema *sc, struct crm_out *out)
{
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < sc->ntypes; i++) {
		const struct crm_type *t = &sc->types[i];
		size_t n = 0;
		for (size_t k = 0; k < t->nfields; k++)
			n += !(t->fields[k].flags & CRM_F_COMPUTED) &&
			    t->fields[k].parent < 0;
		crm_buf_clear(&b);
		crm_buf_c(&b, '{');
		crm_json_add_str(&b, "type", t->name);
		crm_json_add_str(&b, "plural", t->plural);
		crm_json_add_u64(&b, "fields", n);
		crm_buf_c(&b, '}');
		if (!crm_out_record(out, crm_buf_view(&b)))
			break;
	}
	crm_buf_release(&b);
}

static void
print_type(const struct crm_schema *sc, const struct crm_type *t,
    struct crm_out *out)
{
	struct crm_buf b = { 0 };
	struct crm_str rest, line;
	crm_type_describe(sc, t, &b);
	rest = crm_buf_view(&b);
	while (crm_str_split(&rest, '\n', &line))
		if (line.n && !crm_out_record(out, line))
			break;
	crm_buf_release(&b);
}

static enum crm_status
show(struct crm_cli *cli, const struct crm_schema *sc, struct crm_err *err)
{
	const struct crm_type *t = NULL;
	if (cli->nargs) {
		struct crm_str name = crm_str_z(cli->args[0]);
		t = crm_schema_type(sc, name);
		struct crm_str near = crm_schema_nearest_type(sc, name);
		if (!t)
			return crm_err_set(err, CRM_USAGE, "schema.type",
			    near.n ? _("unknown type '%s', did you mean "
			    "'%.*s'?") : _("unknown type '%s'%.*s"),
			    cli->args[0], CRM_FMT(near));
	}
	struct crm_out *out = crm_out_init(cli, NULL);
	if (out && t)
		print_type(sc, t, out);
	else if (out)
		print_types(sc, out);
	return CRM_OK;
}

static enum crm_status
read_texts(struct crm_cli *cli, struct crm_buf *bufs,
    struct crm_schema_text *texts, struct crm_err *err)
{
	for (size_t i = 1; i < cli->nargs; i++) {
		const char *path = cli->args[i];
		bool in = strcmp(path, "-") == 0;
		bufs[i].max = SCHEMA_MAX;
		if (in && crm_buf_read_fd(&bufs[i], 0))
			return crm_err_sys(err, "file.read", "'%s'", path);
		enum crm_status st = in ? CRM_OK : crm_rulefile_read(cli, path,
		    "schema", &bufs[i], err);
		if (st)
			return st;
		texts[i - 1] = (struct crm_schema_text){ crm_str_z(path),
			crm_buf_view(&bufs[i]) };
	}
	return CRM_OK;
}

static enum crm_status
store_schema(struct crm_cli *cli, struct crm_store *s,
    const struct crm_schema_text *texts, size_t n, struct crm_err *err)
{
	struct crm_why why = crm_verb_why(cli);
	struct crm_buf blob = { 0 };
	struct crm_txn *t = NULL;
	uint64_t rev;
	/* compiled under the lock: two that add at once add both */
	enum crm_status st = crm_txn_begin(s, &why, &t, err);
	if (!st)
		st = crm_schema_compile(crm_store_schema(s), texts, n, &blob,
		    err);
	if (!st)
		st = crm_txn_set(t, CRM_STR("schema"), crm_buf_view(&blob),
		    err);
	if (st || cli->dry)
		crm_txn_abort(t);
	else
		st = crm_txn_commit(t, &rev, err);
	crm_buf_release(&blob);
	return st;
}

/* What the files ask for and nobody will do is said, and taken for a wish. */
static enum crm_status
look_over(struct crm_cli *cli, const struct crm_schema_text *text,
    struct crm_err *err)
{
	struct crm_buf unread = { 0 };
	enum crm_status st = crm_schema_words(text, &unread, err);
	struct crm_str rest = crm_buf_view(&unread), word;
	while (!st && crm_str_split(&rest, '\n', &word)) {
		size_t tab = crm_str_chr(word, '\t');
		if (word.n)
			crm_cli_warn(cli, "schema.unread", _("%.*s: '%.*s': "
			    "'%.*s' is not checked"), CRM_FMT(text->name),
			    CRM_FMT(crm_str_sub(word, 0, tab)),
			    CRM_FMT(crm_str_sub(word, tab + 1, SIZE_MAX)));
	}
	crm_buf_release(&unread);
	return st;
}

static enum crm_status
add(struct crm_cli *cli, struct crm_store *s, struct crm_err *err)
{
	size_t n = cli->nargs - 1;
	if (n == 0)
		return crm_err_set(err, CRM_USAGE, "usage.operand",
		    _("which file?"));
	struct crm_buf *bufs = crm_calloc(n + 1, sizeof(*bufs));
	struct crm_schema_text *texts = crm_calloc(n, sizeof(*texts));
	enum crm_status st = read_texts(cli, bufs, texts, err);
	for (size_t i = 0; i < n && !st; i++)
		st = look_over(cli, &texts[i], err);
	if (!st)
		st = store_schema(cli, s, texts, n, err);
	for (size_t i = 0; i <= n; i++)
		crm_buf_release(&bufs[i]);
	free(bufs);
	free(texts);
	return st;
}

/* Without a store the shipped schemas are shown. */
static bool
open_or_none(struct crm_cli *cli, struct crm_store **out)
{
	struct crm_store_opts o = crm_env_store(cli, false);
	struct crm_err err = { 0 };
	enum crm_status st = crm_store_open(crm_cli_store_path(cli), &o, out,
	    &err);
	if (!st || (st == CRM_NOTFOUND && !cli->store_opt))
		return true;
	err.code = crm_status_is_data(st) ? CRM_SYSTEM : st;
	crm_cli_fail(cli, &err);
	return false;
}

static void
run(struct crm_cli *cli)
{
	bool adding = cli->nargs && strcmp(cli->args[0], "add") == 0;
	struct crm_store *s = NULL;
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	if (!adding && cli->nargs > 1) {
		crm_cli_usage(cli, _("one type at most, or 'add FILE'"));
		return;
	}
	if (adding ? !crm_verb_open(cli, true, &s) : !open_or_none(cli, &s))
		return;
	cli->store = s;
	st = adding ? add(cli, s, &err) : show(cli, s ? crm_store_schema(s) :
	    crm_schema_default(), &err);
	if (st && crm_status_is_data(st))
		err.code = CRM_SYSTEM;
	if (st)
		crm_cli_fail(cli, &err);
	cli->store = NULL;
	bool follow = adding && !st && crm_mirror_follows(s);
	crm_store_close(s);
	if (follow)
		crm_mirror_follow(cli);
}

int
crm_verb_schema(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm schema",
		"crm schema contact -f field,kind",
		"crm schema add vessel.json",
		NULL
	};
	const struct crm_prog prog = { "crm schema", CRM_OTHER,
	    "[TYPE | add FILE...]", N_("show types and fields, add own ones"),
	    examples, NULL, .with = CRM_HAS_STORE | CRM_HAS_FORMAT |
	    CRM_HAS_FIELDS | CRM_HAS_OUTPUT | CRM_HAS_DRY };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli);
	return crm_cli_end(&cli);
}
