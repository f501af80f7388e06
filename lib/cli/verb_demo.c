/* Sample records for crm init --demo: the same for the same number, made of
 * names that belong to nobody. */
#include "base/mem.h"
#include "base/ulid.h"
#include "cli/verbs.h"
#include "format/json.h"

struct demo {
	struct crm_cli *cli;
	struct crm_txn *t;
	struct crm_reader rd;
	struct crm_record rec;
	struct crm_ulid_gen ids;
	uint64_t seed;
	struct crm_buf line;
	int64_t day;		/* of the record, back from now */
	char account[27], contact[27];
};

static uint64_t
pick(struct demo *d, uint64_t n)
{
	d->seed = d->seed * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return (d->seed >> 33) % n;
}

#define PICK(d, list) list[pick(d, CRM_LEN(list))]

static void
begin(struct demo *d, const char *type, char id[27])
{
	crm_ulid_make(&d->ids, d->cli->clock.now - d->day * CRM_DAY, id);
	id[26] = '\0';
	crm_buf_clear(&d->line);
	crm_buf_c(&d->line, '{');
	crm_json_add_str(&d->line, "id", crm_str_z(id));
	crm_json_add_str(&d->line, "type", crm_str_z(type));
}

static void
add_time(struct demo *d, const char *key, int64_t days_back)
{
	struct crm_buf t = { 0 };
	crm_time_format(&t, d->cli->clock.now - days_back * CRM_DAY);
	crm_json_add_str(&d->line, key, crm_buf_view(&t));
	crm_buf_release(&t);
}

static enum crm_status
end(struct demo *d, struct crm_err *err)
{
	struct crm_result res;
	add_time(d, "created", d->day);
	add_time(d, "updated", d->day);
	crm_buf_c(&d->line, '}');
	enum crm_status st = crm_record_read(&d->rd, crm_buf_view(&d->line),
	    &d->rec, err);
	struct crm_op op = { .kind = CRM_OP_INSERT, .rec = &d->rec.rec };
	if (!st)
		st = crm_txn_apply(d->t, &op, 1, &res, err);
	if (!st && res.status)
		st = crm_err_set(err, res.status, "demo.record",
		    _("a sample record is there already"));
	return st;
}

static enum crm_status
account(struct demo *d, int64_t i, struct crm_err *err)
{
	static const char *const a[] = { "Aegean", "Nordic", "Alpine", "Iberia",
		"Danube", "Baltic", "Atlas", "Olympus" };
	static const char *const b[] = { "Foods", "Marine", "Energy", "Health",
		"Textiles", "Hotels", "Logistics", "Robotics" };
	static const char *const where[] = { "GR", "DE", "FR", "SE", "ES",
		"IT", "PL", "CY" };
	struct crm_buf t = { 0 };
	begin(d, "account", d->account);
	const char *x = PICK(d, a), *y = PICK(d, b);
	crm_buf_printf(&t, "%s %s %" PRId64, x, y, i);
	crm_json_add_str(&d->line, "name", crm_buf_view(&t));
	crm_buf_clear(&t);
	crm_buf_printf(&t, "demo%" PRId64 ".example", i);
	crm_json_add_str(&d->line, "domain", crm_buf_view(&t));
	crm_buf_clear(&t);
	crm_buf_printf(&t, "{\"country\":\"%s\"}", PICK(d, where));
	crm_json_add_raw(&d->line, "address", crm_buf_view(&t));
	crm_buf_release(&t);
	return end(d, err);
}

static enum crm_status
contact(struct demo *d, int64_t i, struct crm_err *err)
{
	static const char *const given[] = { "Maria", "Nikos", "Ελένη",
		"Jürgen", "Zoë", "Ahmed", "Mei", "Olga" };
	static const char *const family[] = { "Papadaki", "Lindqvist",
		"Okafor", "Moreau", "Kowalska", "Tanaka", "Ferrari", "Haddad" };
	struct crm_buf t = { 0 };
	begin(d, "contact", d->contact);
	const char *g = PICK(d, given), *f = PICK(d, family);
	crm_buf_printf(&t, "%s %s", g, f);
	crm_json_add_str(&d->line, "name", crm_buf_view(&t));
	crm_json_add_str(&d->line, "given_name", crm_str_z(g));
	crm_json_add_str(&d->line, "family_name", crm_str_z(f));
	crm_buf_clear(&t);
	crm_buf_printf(&t, "[\"person%" PRId64 "@demo%" PRId64 ".example\"]",
	    i, i / 5);
	crm_json_add_raw(&d->line, "emails", crm_buf_view(&t));
	crm_json_add_str(&d->line, "account", crm_str_z(d->account));
	crm_buf_release(&t);
	return end(d, err);
}

static enum crm_status
deal(struct demo *d, int64_t i, struct crm_err *err)
{
	static const char *const stages[] = { "new", "qualified", "proposal",
		"negotiation", "won", "lost" };
	struct crm_buf t = { 0 };
	char id[27];
	begin(d, "deal", id);
	crm_buf_printf(&t, "Order %" PRId64, i);
	crm_json_add_str(&d->line, "name", crm_buf_view(&t));
	crm_json_add_str(&d->line, "account", crm_str_z(d->account));
	crm_json_add_str(&d->line, "stage", crm_str_z(PICK(d, stages)));
	crm_buf_clear(&t);
	crm_buf_printf(&t, "%" PRIu64 ".00", 500 + pick(d, 200) * 250);
	crm_json_add_str(&d->line, "amount", crm_buf_view(&t));
	crm_json_add_str(&d->line, "currency", CRM_STR("EUR"));
	crm_buf_release(&t);
	return end(d, err);
}

static enum crm_status
activity(struct demo *d, struct crm_err *err)
{
	static const char *const kinds[] = { "call", "email", "meeting",
		"note" };
	static const char *const about[] = { "first talk", "price", "delivery",
		"renewal", "question about an invoice" };
	char id[27];
	begin(d, "activity", id);
	crm_json_add_str(&d->line, "kind", crm_str_z(PICK(d, kinds)));
	crm_json_add_str(&d->line, "subject", crm_str_z(PICK(d, about)));
	add_time(d, "at", d->day);
	crm_json_add_str(&d->line, "contact", crm_str_z(d->contact));
	return end(d, err);
}

/* Of ten records one is an account, five are contacts, one is a deal, three
 * are activities. */
static enum crm_status
fill(struct demo *d, int64_t n, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (int64_t i = 0; i < n && !st; i++) {
		d->day = (n - i) % 365 + 1;
		switch (i % 10) {
		case 0:
			st = account(d, i / 10, err);
			break;
		case 4:
			st = deal(d, i / 10, err);
			break;
		case 5: case 7: case 9:
			st = activity(d, err);
			break;
		default:
			st = contact(d, i, err);
		}
	}
	return st;
}

enum crm_status
crm_demo_fill(struct crm_cli *cli, struct crm_store *s, int64_t n,
    struct crm_err *err)
{
	struct demo d = { .cli = cli, .seed = 2026, .ids.seed = 2026 };
	struct crm_why why = crm_verb_why(cli);
	uint64_t rev;
	enum crm_status st = crm_txn_begin(s, &why, &d.t, err);
	if (st)
		return st;
	d.rd = (struct crm_reader){ .schema = crm_store_schema(s),
		.shapes = crm_store_shapes(s), .check = true };
	st = fill(&d, n, err);
	if (st)
		crm_txn_abort(d.t);
	else
		st = crm_txn_commit(d.t, &rev, err);
	crm_record_release(&d.rec);
	crm_reader_release(&d.rd);
	crm_buf_release(&d.line);
	return st;
}
