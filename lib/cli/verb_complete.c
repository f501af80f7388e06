/* crm complete KIND PREFIX: what a shell can offer at a word, one a line,
 * value TAB description, at most 100. Whatever goes wrong, it says nothing. */
#include "cli/verbs.h"

#include <dirent.h>

#include "base/map.h"
#include "base/mem.h"
#include "cli/env.h"
#include "cli/out.h"

enum { MOST = 100, ROWS = 20000 };

struct offer {
	struct crm_cli *cli;
	struct crm_store *store;	/* NULL: none */
	const struct crm_schema *schema;
	struct crm_str prefix;
	struct crm_buf text;
	struct crm_map seen;
};

static bool
add(struct offer *o, struct crm_str word, struct crm_str what)
{
	bool fresh;
	if (!crm_str_starts(word, o->prefix) || word.n == 0)
		return true;
	if (o->seen.n >= MOST)
		return false;
	crm_map_put(&o->seen, word, &fresh);
	if (fresh)
		crm_buf_printf(&o->text, "%.*s\t%.*s\n", CRM_FMT(word),
		    CRM_FMT(what));
	return true;
}

static void
add_program(void *ctx, const char *verb)
{
	add(ctx, crm_str_z(verb), CRM_STR("program"));
}

static void
verbs(struct offer *o)
{
	for (const struct crm_verb *v = crm_verbs(); v->name; v++)
		add(o, crm_str_z(v->name), crm_str_z(_(v->purpose)));
	crm_verb_programs(add_program, o);
}

static void
fields(struct offer *o)
{
	for (size_t i = 0; i < o->schema->ntypes; i++) {
		const struct crm_type *t = &o->schema->types[i];
		for (size_t k = 0; k < t->nfields; k++)
			if (!add(o, t->fields[k].name, crm_str_z(
			    crm_kind_name(t->fields[k].kind))))
				return;
	}
}

static void
types(struct offer *o)
{
	for (size_t i = 0; i < o->schema->ntypes; i++)
		add(o, o->schema->types[i].name, o->schema->types[i].plural);
}

static void
stages(struct offer *o)
{
	for (size_t i = 0; i < o->schema->nstages; i++)
		add(o, o->schema->stages[i].name,
		    o->schema->stages[i].category);
}

/* Names of files of a folder of the data directory, without their endings. */
static void
data_files(struct offer *o, const char *folder)
{
	struct crm_buf path = { 0 };
	struct dirent *e;
	crm_buf_printf(&path, "%s/%s", crm_cli_datadir(o->cli), folder);
	DIR *d = opendir(crm_buf_cstr(&path));
	while (d && (e = readdir(d))) {
		struct crm_str name = crm_str_z(e->d_name);
		if (*e->d_name != '.')
			add(o, crm_str_sub(name, 0, crm_str_chr(name, '.')),
			    crm_str_z(folder));
	}
	if (d)
		closedir(d);
	crm_buf_release(&path);
}

/* From a bounded number of records: ids with their names, or tags. */
static void
from_records(struct offer *o, bool tags)
{
	struct crm_select sel = { .limit = ROWS };
	struct crm_cursor *c = NULL;
	struct crm_batch *b = crm_batch_new();
	struct crm_buf tmp = { 0 };
	struct crm_str val, key;
	bool more = crm_store_select(o->store, UINT64_MAX, &sel, &c, NULL) ==
	    CRM_OK;
	while (more && crm_cursor_next(c, b, NULL) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(b) && more; i++) {
			const struct crm_rec *r = crm_batch_row(b, i);
			if (!tags) {
				bool named = crm_rec_get(r, CRM_STR("name"),
				    &val);
				more = add(o, crm_rec_id(r), named ?
				    crm_json_text_view(val, &tmp) :
				    (struct crm_str){ 0 });
			} else if (crm_rec_get(r, CRM_STR("tags"), &val)) {
				struct crm_json_iter it = crm_json_iter(val);
				while (more && crm_json_next(&it, &key, &val))
					more = add(o, crm_json_text_view(val,
					    &tmp), CRM_STR("tag"));
			}
		}
	crm_cursor_close(c);
	crm_batch_free(b);
	crm_buf_release(&tmp);
}

static void
offer(struct offer *o, const char *kind)
{
	if (strcmp(kind, "verb") == 0)
		verbs(o);
	else if (strcmp(kind, "field") == 0)
		fields(o);
	else if (strcmp(kind, "type") == 0)
		types(o);
	else if (strcmp(kind, "stage") == 0)
		stages(o);
	else if (strcmp(kind, "profile") == 0)
		data_files(o, "profiles");
	else if (strcmp(kind, "report") == 0)
		data_files(o, "reports");
	else if (strcmp(kind, "ref") == 0 && o->store)
		from_records(o, false);
	else if (strcmp(kind, "tag") == 0 && o->store)
		from_records(o, true);
	if (strcmp(kind, "term") == 0) {
		types(o);
		fields(o);
	}
}

static void
run(struct crm_cli *cli)
{
	struct crm_store_opts opts = crm_env_store(cli, false);
	struct offer o = { .cli = cli, .schema = crm_schema_default() };
	opts.wait_ms = 0;
	if (cli->nargs > 1)
		o.prefix = crm_str_z(cli->args[1]);
	if (crm_store_open(crm_cli_store_path(cli), &opts, &o.store,
	    NULL) == CRM_OK)
		o.schema = crm_store_schema(o.store);
	if (cli->nargs)
		offer(&o, cli->args[0]);
	struct crm_out *out = crm_out_init(cli, NULL);
	if (out) {
		crm_out_own(out);
		crm_out_text(out, crm_buf_view(&o.text));
	}
	crm_store_close(o.store);
	crm_buf_release(&o.text);
	crm_map_release(&o.seen);
}

int
crm_verb_complete(int argc, char **argv)
{
	static const char *const examples[] = { "crm complete verb",
		"crm complete field ema", "crm complete stage p", NULL };
	const struct crm_prog prog = { "crm complete", CRM_OTHER,
	    "KIND [PREFIX]", N_("what a shell can offer at a word"), examples,
	    NULL, .with = CRM_HAS_STORE, .stop = true };
	struct crm_cli cli;
	/* An empty prefix is what a shell has before the first letter. */
	if (argc > 2 && !*argv[argc - 1])
		argc--;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli);
	return crm_cli_end(&cli);
}
