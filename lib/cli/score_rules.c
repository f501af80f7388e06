/* crm-score by rules: records with their events in, the same records with a
 * score, a grade and reasons out. */
#include "cli/rulefile.h"
#include "cli/score_events.h"
#include "format/json.h"
#include "score/outcome.h"
#include "score/rules.h"

struct scorer {
	struct crm_score_job *j;
	struct crm_rules *r;
	struct crm_tally tally, other;
	/* embedded events */
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_record event;
	/* back-test: what happened in (now, now + horizon] */
	bool hit;
	struct crm_judged *judged;
	size_t njudged, capjudged;
	/* --combine: id -> index + 1 into text and record */
	struct crm_map ids;
	char **text, **record;
	size_t captext, caprecord;
	struct crm_buf why, score, value;
	/* over the whole store: all events at once */
	struct crm_score_events events;
	bool joined;
	size_t no;
};

static bool
see_event(void *arg, const struct crm_rec *e)
{
	struct scorer *s = arg;
	struct crm_score_job *j = s->j;
	int64_t at;
	if (!crm_score_event_time(e, &at))
		return true;
	crm_tally_event(&s->tally, s->r, e, at, j->now, j->feed.env);
	if (j->backtest && at > j->now && at - j->now <= j->horizon && e->type &&
	    crm_str_is(e->type->name, "purchase"))
		s->hit = true;
	return true;
}

/* An array of objects under a type's plural, or `events` (activities unless
 * they say otherwise). */
static void
see_list(struct scorer *s, struct crm_str key, struct crm_str val)
{
	const struct crm_schema *schema = s->j->feed.schema;
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str none, e;
	if (crm_json_kind(val) != '[' || val.n < 4)
		return;
	bool plain = crm_str_is(key, "events") || crm_str_is(key, "_events");
	const struct crm_type *t = crm_schema_type(schema, plain ?
	    CRM_STR("activity") : key);
	if (!t)
		return;
	s->reader.type = t;
	while (crm_json_next(&it, &none, &e)) {
		if (crm_json_kind(e) != '{')
			return;
		if (crm_record_read(&s->reader, e, &s->event, NULL) == CRM_OK)
			see_event(s, &s->event.rec);
	}
}

static void
see_record(struct scorer *s, const struct crm_rec *r)
{
	struct crm_score_job *j = s->j;
	crm_tally_record(&s->tally, s->r, crm_score_then(j, r), j->feed.env);
	if (s->joined) {
		s->hit = crm_score_events_add(&s->events, s->no++, &s->tally,
		    s->r, j->now);
		return;
	}
	if (j->feed.env) {
		if (j->feed.env->links)
			j->feed.env->links(j->feed.env->ctx, crm_rec_id(r), NULL,
			    see_event, s);
		return;
	}
	for (size_t i = 0; i < r->shape->n; i++)
		see_list(s, r->shape->keys[i], crm_rec_val(r, i));
	struct crm_str tool = crm_feed_tool(&j->feed), key, val;
	struct crm_json_iter it = crm_json_iter(tool);
	while (tool.n > 2 && crm_json_next(&it, &key, &val))
		see_list(s, key, val);
}

/* The members that the score adds; its points alone into s->value. */
static void
make_score(struct scorer *s)
{
	crm_buf_clear(&s->why);
	crm_buf_clear(&s->score);
	crm_buf_clear(&s->value);
	struct crm_score k = crm_tally_score(&s->tally, s->r, s->j->now,
	    &s->why);
	crm_points_format(&s->value, k.points);
	crm_json_add_raw(&s->score, "_score", crm_buf_view(&s->value));
	crm_json_add_str(&s->score, "_grade", (struct crm_str){ &k.grade, 1 });
	crm_json_add_raw(&s->score, "_why", crm_buf_view(&s->why));
}

static void
make_partial(struct scorer *s)
{
	crm_buf_clear(&s->why);
	crm_buf_clear(&s->score);
	crm_tally_write(&s->tally, s->r, &s->why);
	crm_json_add_raw(&s->score, "_partial", crm_buf_view(&s->why));
}

static bool
is_scored(const struct scorer *s, const struct crm_rec *r)
{
	for (size_t i = 0; i < s->r->ntypes; i++)
		if (s->r->type[i] == r->type)
			return true;
	return s->r->ntypes == 0;
}

/* An event on a line of its own counts for everybody it names. */
static bool
partial_event(struct scorer *s, const struct crm_rec *r)
{
	static const char *const refs[] = { "contact", "lead", "account",
		"deal" };
	see_event(s, r);
	for (size_t i = 0; i < CRM_LEN(refs); i++) {
		struct crm_str v;
		if (!crm_rec_get(r, crm_str_z(refs[i]), &v) ||
		    !crm_json_is_string(v))
			continue;
		make_partial(s);
		if (!crm_score_emit_id(s->j, crm_json_inner(v), "",
		    crm_buf_view(&s->score), CRM_STR("")))
			return false;
	}
	return true;
}

static void
judge_record(struct scorer *s, const struct crm_rec *r)
{
	struct crm_score_job *j = s->j;
	int64_t at, begin = crm_outcome_begin(r);
	enum crm_outcome o = crm_outcome_sale(j->feed.schema, r, &at);
	if (begin > j->now || (o != CRM_OUTCOME_OPEN && at <= j->now))
		return;
	if (o == CRM_OUTCOME_YES && at - j->now <= j->horizon)
		s->hit = true;
	struct crm_score k = crm_tally_score(&s->tally, s->r, j->now, NULL);
	crm_grow(&s->judged, &s->capjudged, s->njudged + 1,
	    sizeof(*s->judged));
	s->judged[s->njudged++] = (struct crm_judged){ (double)k.points,
		s->hit };
}

static bool
score_record(struct scorer *s, const struct crm_rec *r)
{
	struct crm_score_job *j = s->j;
	crm_tally_clear(&s->tally);
	s->hit = false;
	if (j->partial && !is_scored(s, r))
		return partial_event(s, r);
	see_record(s, r);
	if (j->backtest) {
		judge_record(s, r);
		return true;
	}
	if (j->partial)
		make_partial(s);
	else
		make_score(s);
	return crm_score_emit(j, r, crm_buf_view(&s->score),
	    j->partial ? CRM_STR("") : crm_buf_view(&s->value));
}

static enum crm_status
combine_record(struct scorer *s, const struct crm_rec *r, struct crm_err *err)
{
	struct crm_str part, tool = crm_feed_tool(&s->j->feed);
	if (tool.n < 3 || !crm_json_get(tool, CRM_STR("_partial"), &part))
		return crm_err_field(err, CRM_INVALID, "tally.syntax",
		    CRM_STR("_partial"), _("not what --partial wrote"));
	enum crm_status st = crm_tally_read(&s->tally, s->r, part, err);
	if (st)
		return st;
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&s->ids, crm_rec_id(r), &fresh);
	if (fresh) {
		e->v.u = s->ids.n - 1;
		crm_grow(&s->text, &s->captext, s->ids.n, sizeof(*s->text));
		crm_grow(&s->record, &s->caprecord, s->ids.n,
		    sizeof(*s->record));
		s->text[e->v.u] = s->record[e->v.u] = NULL;
	} else if (s->text[e->v.u]) {
		st = crm_tally_read(&s->other, s->r,
		    crm_str_z(s->text[e->v.u]), err);
		crm_tally_merge(&s->tally, s->r, &s->other);
	}
	crm_buf_clear(&s->why);
	crm_tally_write(&s->tally, s->r, &s->why);
	free(s->text[e->v.u]);
	s->text[e->v.u] = crm_strdup(crm_buf_view(&s->why));
	if (!s->record[e->v.u] && crm_rec_get(r, CRM_STR("type"), &part)) {
		crm_buf_clear(&s->why);
		crm_score_print(s->j, r, &s->why);
		crm_buf_c(&s->why, '}');
		s->record[e->v.u] = crm_strdup(crm_buf_view(&s->why));
	}
	return st;
}

/* All ids in the order in which they first came. */
static void
emit_combined(struct scorer *s)
{
	struct crm_score_job *j = s->j;
	bool go = true;
	for (size_t i = 0; i < s->ids.n; i++) {
		go = go && crm_tally_read(&s->tally, s->r,
		    crm_str_z(s->text[i]), NULL) == CRM_OK;
		if (!go)
			break;
		make_score(s);
		struct crm_err err = { 0 };
		struct crm_str line = crm_str_z(s->record[i]);
		if (!s->record[i])
			go = crm_score_emit_id(j, s->ids.e[i].key, "",
			    crm_buf_view(&s->score), crm_buf_view(&s->value));
		else if (crm_record_read(&j->feed.reader, line, &j->feed.record,
		    &err) == CRM_OK)
			go = crm_score_emit(j, &j->feed.record.rec,
			    crm_buf_view(&s->score), crm_buf_view(&s->value));
	}
}

static bool
load(struct scorer *s)
{
	struct crm_score_job *j = s->j;
	const char *name = j->rules ? j->rules : "b2b";
	struct crm_buf path = { 0 }, text = { 0 };
	struct crm_err err = { 0 };
	if (strchr(name, '/') || strchr(name, '.'))
		crm_buf_z(&path, name);
	else
		crm_buf_printf(&path, "%s/scoring/%s.json",
		    crm_cli_datadir(j->cli), name);
	bool good = !crm_rulefile_read(j->cli, crm_buf_cstr(&path), "scoring",
	    &text, &err);
	if (!good)
		crm_score_bad_file(j, crm_buf_cstr(&path), &err);
	if (good && crm_rules_load(crm_buf_view(&text), &j->feed.ctx, &s->r,
	    &err)) {
		crm_score_bad_file(j, crm_buf_cstr(&path), &err);
		good = false;
	}
	crm_buf_release(&path);
	crm_buf_release(&text);
	return good;
}

/* All records of the feed, or `most` of them (0: all); false: stop. */
static bool
each_record(struct scorer *s, uint64_t most)
{
	struct crm_score_job *j = s->j;
	const struct crm_rec *r;
	for (uint64_t i = 0; (most == 0 || i < most) &&
	    crm_feed_next(&j->feed, &r); i++) {
		struct crm_err err = { 0 };
		if (!j->combine && !score_record(s, r))
			return false;
		if (j->combine && combine_record(s, r, &err) &&
		    !crm_feed_reject(&j->feed, &err))
			return false;
	}
	return !j->cli->failed;
}

/* The whole store: a stretch of the records at a time with their events. */
static bool
each_stretch(struct scorer *s)
{
	struct crm_score_job *j = s->j;
	struct crm_score_events *e = &s->events;
	bool worth;
	do {
		s->no = 0;
		if ((e->from && !crm_score_events_begin(e, j, s->r, &worth)) ||
		    !crm_score_events_read(e, j, s->r) ||
		    !crm_score_events_start(e, j, s->r) ||
		    !each_record(s, CRM_SCORE_CHUNK))
			return false;
		e->from += CRM_SCORE_CHUNK;
	} while (e->from < e->total);
	return true;
}

static void
run(struct scorer *s)
{
	struct crm_score_job *j = s->j;
	if (j->feed.store && !j->combine &&
	    !crm_score_events_begin(&s->events, j, s->r, &s->joined))
		return;
	if (s->joined ? !each_stretch(s) :
	    !crm_feed_start(&j->feed, s->r->type, s->r->ntypes) ||
	    !each_record(s, 0))
		return;
	if (j->combine)
		emit_combined(s);
	if (j->backtest) {
		struct crm_backtest t;
		crm_backtest_points(s->judged, s->njudged, &t);
		crm_score_judged(j, "rules", CRM_STR(""), &t);
	}
}

void
crm_score_rules(struct crm_score_job *j)
{
	struct scorer s = { .j = j };
	s.reader = (struct crm_reader){ .schema = j->feed.schema,
		.shapes = &s.shapes, .any = true, .lim = j->feed.reader.lim };
	if (load(&s)) {
		crm_tally_init(&s.tally, s.r);
		crm_tally_init(&s.other, s.r);
		run(&s);
	}
	crm_tally_release(&s.tally);
	crm_tally_release(&s.other);
	crm_score_events_release(&s.events);
	crm_rules_free(s.r);
	crm_record_release(&s.event);
	crm_reader_release(&s.reader);
	crm_shapes_release(&s.shapes);
	for (size_t i = 0; i < s.ids.n; i++) {
		free(s.text[i]);
		free(s.record[i]);
	}
	free(s.text);
	free(s.record);
	free(s.judged);
	crm_map_release(&s.ids);
	crm_buf_release(&s.why);
	crm_buf_release(&s.score);
	crm_buf_release(&s.value);
}
