/* crm-find --get: keys on stdin, answered in their order. Keys are gathered
 * while they come without a wait, so that a program on the other end of both
 * pipes gets each answer. */
#include "base/mem.h"
#include "cli/find.h"
#include "model/ref.h"

enum { AT_ONCE = 65536 };

struct asked {
	struct crm_str text;	/* as it came, in the arena */
	size_t row;		/* of the batch, from 1; 0: none */
};

struct getter {
	struct crm_find *f;
	struct crm_arena mem;
	struct asked *key;
	struct crm_key *want;
	size_t *of;		/* which key a wanted one is for */
	size_t nkeys, nwant, capwant, capof;
	struct crm_batch *rows;
	struct crm_buf tmp;
	bool by_id;
	struct crm_ref ref;	/* which key; its value is each one's */
	const struct crm_type **type;	/* those that have it */
	size_t ntypes;
};

static bool
failed(struct getter *g, enum crm_status st, const struct crm_err *err)
{
	if (st)
		crm_cli_fail(g->f->cli, err);
	return st != CRM_OK;
}

static void
want(struct getter *g, size_t key, struct crm_key k)
{
	size_t n = g->nwant + 1;
	crm_grow(&g->want, &g->capwant, n, sizeof(*g->want));
	crm_grow(&g->of, &g->capof, n, sizeof(*g->of));
	g->want[g->nwant] = k;
	g->of[g->nwant++] = key;
}

/* The key of each type that has it. */
static void
want_field(struct getter *g, size_t i)
{
	g->ref.value = g->key[i].text;
	for (size_t t = 0; t < g->ntypes; t++) {
		struct crm_key k = { .by = CRM_BY_FIELD, .type = g->type[t] };
		crm_buf_clear(&g->tmp);
		if (!crm_ref_key(&g->ref, k.type, g->f->ctx.region, &k.field,
		    &g->tmp))
			continue;
		k.value = crm_arena_str(&g->mem, crm_buf_view(&g->tmp));
		want(g, i, k);
	}
}

/* First pass: which record each key finds (the first of several). */
static bool
look_up(struct getter *g)
{
	struct crm_err err = { 0 };
	const struct crm_type *only = crm_find_type(g->f);
	for (size_t i = 0; i < g->nkeys; i++) {
		if (g->by_id)
			want(g, i, (struct crm_key){ .by = CRM_BY_ID,
				.value = g->key[i].text });
		else
			want_field(g, i);
	}
	if (failed(g, crm_store_get(g->f->session.store, g->f->session.rev,
	    g->want, g->nwant, g->rows, NULL, &err), &err))
		return false;
	for (size_t i = 0; i < g->nwant; i++) {
		const struct crm_rec *r = crm_batch_row(g->rows, i);
		struct asked *a = &g->key[g->of[i]];
		if (r->line.n && r->state == CRM_LIVE &&
		    (!only || r->type == only) && !a->row &&
		    (r->rev > g->f->since || !g->f->since))
			a->row = i + 1;
	}
	return true;
}

static bool
answer(struct getter *g, const struct asked *a)
{
	const struct crm_rec *r = a->row ?
	    crm_batch_row(g->rows, a->row - 1) : NULL;
	if (r && crm_query_match(g->f->query, r, g->f->env))
		return crm_out_rec(g->f->out, r);
	crm_buf_clear(&g->tmp);
	crm_buf_z(&g->tmp, "{\"_missing\":");
	crm_json_quote(&g->tmp, a->text);
	crm_buf_c(&g->tmp, '}');
	if (crm_out_format(g->f->out) != CRM_OUT_JSONL || !g->f->cli->fields)
		return crm_out_record(g->f->out, crm_buf_view(&g->tmp));
	/* -f must not hide it */
	crm_buf_c(&g->tmp, g->f->cli->nul ? '\0' : '\n');
	g->f->cli->count.written++;
	return crm_out_text(g->f->out, crm_buf_view(&g->tmp));
}

/* Answers the keys gathered; false: stop. */
static bool
flush(struct getter *g, bool *found)
{
	bool more = look_up(g);
	for (size_t i = 0; i < g->nkeys && more; i++) {
		*found = *found || g->key[i].row;
		more = g->f->cli->quiet ? !*found : answer(g, &g->key[i]) &&
		    crm_out_more(g->f->out);
	}
	g->nkeys = g->nwant = 0;
	crm_arena_clear(&g->mem);
	return more;
}

/* The line itself, or the member of a JSON line. */
static struct crm_str
key_of(struct getter *g, struct crm_str line)
{
	struct crm_str val;
	struct crm_str name = crm_str_z(g->by_id ? "id" : g->f->o->get);
	line = crm_str_trim(line);
	if (line.n == 0 || line.p[0] != '{' || crm_json_check(line, NULL, NULL))
		return line;
	if (!crm_json_path(line, name, &val) && !crm_json_get(line, name, &val))
		return line;
	return crm_json_text_view(val, &g->tmp);
}

/* Types with the key, of the one asked for or of all. */
static void
find_types(struct getter *g, struct crm_str field)
{
	const struct crm_find *f = g->f;
	const struct crm_type *only = crm_find_type(f);
	g->ref = (struct crm_ref){ .by_key = true, .key = field };
	if (crm_str_starts(field, CRM_STR("ext."))) {
		g->ref.key = CRM_STR("ext");
		g->ref.system = crm_str_sub(field, 4, SIZE_MAX);
	}
	g->type = crm_calloc(f->schema->ntypes, sizeof(*g->type));
	for (size_t t = 0; t < f->schema->ntypes; t++) {
		const struct crm_type *type = &f->schema->types[t];
		const struct crm_field *key = crm_type_field(type, g->ref.key);
		if (key && (key->flags & (CRM_F_KEY | CRM_F_UNIQUE)) &&
		    (!only || type == only))
			g->type[g->ntypes++] = type;
	}
}

static bool
check_field(struct getter *g)
{
	const char *field = g->f->o->get;
	g->by_id = !field[0] || strcmp(field, "id") == 0;
	if (g->by_id)
		return true;
	find_types(g, crm_str_z(field));
	if (g->ntypes == 0)
		crm_cli_usage(g->f->cli, _("--get: records are not named by "
		    "'%s'"), field);
	return g->ntypes > 0;
}

void
crm_find_get(struct crm_find *f)
{
	struct getter g = { .f = f, .rows = crm_batch_new() };
	struct crm_input in;
	struct crm_str line;
	bool more = true, found = false;
	g.key = crm_calloc(AT_ONCE, sizeof(*g.key));
	crm_input_init(&in, f->cli, NULL, 0);
	more = check_field(&g);
	while (more && crm_input_next(&in, &line)) {
		g.key[g.nkeys++] = (struct asked){
			crm_arena_str(&g.mem, key_of(&g, line)), 0 };
		if (g.nkeys == AT_ONCE || crm_input_waits(&in, 0))
			more = flush(&g, &found);
	}
	if (more && g.nkeys)
		flush(&g, &found);
	if (!found && f->cli->quiet)
		crm_cli_no(f->cli);
	if (!found && f->cli->exit_status)
		crm_cli_no(f->cli);
	crm_input_release(&in);
	crm_batch_free(g.rows);
	crm_arena_release(&g.mem);
	crm_buf_release(&g.tmp);
	free(g.key);
	free(g.type);
	free(g.want);
	free(g.of);
}
