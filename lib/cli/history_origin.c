/* Which change of another store a line of its feed is: so that what came
 * already is not done again, and what comes home is known. */
#include "cli/history.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/time.h"

uint64_t
crm_origin_of(const struct crm_commit *c)
{
	static const uint8_t key[16] = "crm feed origin";
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%" PRIu64 " %" PRId64 " %.*s %.*s", c->rev, c->at,
	    CRM_FMT(c->actor), CRM_FMT(c->program));
	uint64_t h = crm_siphash(key, b.p, b.n);
	crm_buf_release(&b);
	return h | CRM_ORIGIN;
}

void
crm_origin_add(struct crm_buf *line, uint64_t origin)
{
	char text[24];
	if (!origin)
		return;
	snprintf(text, sizeof(text), "%016" PRIx64, origin);
	crm_json_add_str(line, "origin", crm_str_z(text));
}

static struct crm_str
text_of(const struct crm_rec *line, const char *key, struct crm_buf *b)
{
	struct crm_str val;
	crm_buf_clear(b);
	if (crm_rec_get(line, crm_str_z(key), &val))
		crm_json_text(b, val);
	return crm_buf_view(b);
}

uint64_t
crm_origin_read(const struct crm_rec *line)
{
	struct crm_commit c = { 0 };
	struct crm_buf at = { 0 }, actor = { 0 }, program = { 0 };
	struct crm_str text = text_of(line, "origin", &at);
	uint64_t h = 0;
	char *end = NULL;
	if (text.n == 16) {
		h = strtoull(crm_buf_cstr(&at), &end, 16);
		h = *end ? 0 : h | CRM_ORIGIN;
		goto done;
	}
	c.rev = line->rev;
	if (!c.rev || !crm_time_parse(text_of(line, "at", &at), &c.at))
		goto done;
	c.actor = text_of(line, "actor", &actor);
	c.program = text_of(line, "program", &program);
	h = crm_origin_of(&c);
done:
	crm_buf_release(&at);
	crm_buf_release(&actor);
	crm_buf_release(&program);
	return h;
}

struct search {
	uint64_t origin;
	struct crm_str text;	/* "": not looked for */
	size_t left;
	bool found, is_text;
};

static bool
see_version(void *ctx, const struct crm_rec *r, const struct crm_commit *c)
{
	struct search *s = ctx;
	s->found = c->origin == s->origin || crm_origin_of(c) == s->origin;
	s->is_text = s->text.n && crm_str_eq(r->line, s->text);
	return !s->found && --s->left;
}

enum crm_status
crm_origin_known(struct crm_store *s, uint64_t no, uint64_t origin,
    struct crm_str first, size_t most, bool *known, struct crm_err *err)
{
	struct search x = { .origin = origin, .text = first, .left = most };
	*known = false;
	if (!origin)
		return CRM_OK;
	enum crm_status st = crm_store_versions(s, no, see_version, &x, err);
	*known = x.found || (x.is_text && x.left);
	return st;
}
