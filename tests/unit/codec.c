/* The store's codecs: round trips of random data, and no bit that can change
 * unseen. */
#include "store/journal.h"
#include "store/posting.h"
#include "store/rec_codec.h"
#include "random.h"
#include "tap.h"

enum { SPACE = 3000 };

/* Random changes of a set against a bitmap, through blocks as a tree would
 * hold them. */
static bool
postings(void)
{
	static bool want[SPACE];
	static uint64_t list[SPACE], next[SPACE * 2], back[SPACE + 401];
	size_t n = 0;
	memset(want, 0, sizeof(want));
	for (int round = 0; round < 60; round++) {
		struct crm_posting_op op[200];
		size_t nop = 1 + rnd_to(199);
		for (size_t i = 0; i < nop; i++) {
			op[i] = (struct crm_posting_op){ rnd_to(SPACE),
				rnd_to(3) == 0 };
			want[op[i].item] = !op[i].del;
		}
		nop = crm_posting_sort(op, nop);
		n = crm_posting_merge(list, n, op, nop, next);
		memcpy(list, next, n * sizeof(*list));
		/* encode in blocks, decode, compare */
		size_t at = 0, m = 0;
		while (at < n) {
			uint8_t block[CRM_POSTING_BLOCK];
			size_t len, used = crm_posting_encode(list + at, n - at,
			    block, &len);
			if (crm_posting_count(block, len) != used)
				return false;
			m += crm_posting_decode(list[at], block, len, back + m);
			at += used;
		}
		if (m != n || memcmp(back, list, n * sizeof(*list)) != 0)
			return false;
		for (size_t i = 0, k = 0; i < SPACE; i++) {
			if (want[i] && (k == n || list[k] != i))
				return false;
			k += want[i];
		}
	}
	return true;
}

static bool
varints(void)
{
	for (int i = 0; i < 100000; i++) {
		uint64_t v = rnd_to(UINT64_MAX) >> rnd_to(64), got;
		uint8_t b[10];
		size_t n = crm_varint_put(b, v);
		if (crm_varint_get(b, b + n, &got) != n || got != v ||
		    crm_varint_get(b, b + n - 1, &got) != 0)
			return false;
	}
	return true;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

/* Numbers near each other and far apart, sorted by either way. */
static bool
sorted(void)
{
	for (int round = 0; round < 300; round++) {
		struct crm_u64s l = { 0 };
		size_t n = rnd_to(1200), k = 0;
		unsigned shift = (unsigned)rnd_to(8);
		uint64_t base = rnd_to(UINT64_MAX) >> 8;
		uint64_t span = rnd_to(2) ? rnd_to(5000) + 1 : UINT64_MAX >> 9;
		uint64_t *want = calloc(n + 1, sizeof(*want));
		for (size_t i = 0; i < n; i++) {
			want[i] = base + (rnd_to(span) << shift);
			crm_u64s_add(&l, want[i]);
		}
		qsort(want, n, sizeof(*want), by_number);
		for (size_t i = 0; i < n; i++)
			if (k == 0 || want[i] != want[k - 1])
				want[k++] = want[i];
		crm_u64s_uniq(&l);
		bool good = l.n == k &&
		    (k == 0 || memcmp(l.v, want, k * sizeof(*want)) == 0);
		free(want);
		crm_u64s_release(&l);
		if (!good)
			return false;
	}
	return true;
}

static void
bad_blocks(void)
{
	static const struct {
		const char *p;
		size_t n;
		const char *title;
	} bad[] = { { "\0", 1, "a distance of nothing" },
		{ "\x80", 1, "half a varint" },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10,
		    "more than 64 bits" },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10,
		    "past the end of numbers" } };
	uint64_t out[CRM_POSTING_MAX];
	for (size_t i = 0; i < CRM_LEN(bad); i++)
		ok(crm_posting_decode(5, bad[i].p, bad[i].n, out) == 0,
		    "a block is refused: %s", bad[i].title);
}

static void
values(void)
{
	static char text[70000];
	struct crm_buf b = { 0 };
	bool round = true, noticed = true;
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 400; i++) {
		size_t n = rnd_to(10) ? rnd_to(5000) : rnd_to(sizeof(text));
		uint64_t no = CRM_NO(rnd_to(500) + 1, rnd_to(1000000));
		struct crm_val in = { .first = rnd_to(2), .wide = n > 60000,
			.state = (uint8_t)rnd_to(4), .shape = (uint16_t)rnd_to(60000),
			.rev = rnd_to(1u << 30), .into = no + 32 }, out;
		crm_buf_clear(&b);
		crm_val_encode(&b, no, &in, CRM_STR("12345678"),
		    (struct crm_str){ text, n });
		unsigned parts = crm_val_parts(b.p, b.n);
		size_t sum = 0;
		for (unsigned k = 0; k < parts; k++)
			sum += crm_val_part_size(b.n, parts, k);
		round = round && sum == b.n && (parts > 1) == (b.n > 2000 &&
		    b.n <= 32 * 1340) && crm_val_decode(no, b.p, b.n, &out) &&
		    out.first == in.first && out.wide == in.wide &&
		    out.state == in.state && out.shape == in.shape &&
		    out.rev == in.rev && out.nbody == n + 8 &&
		    out.into == (in.state == CRM_MERGED ? in.into : 0);
		size_t at = rnd_to(b.n);
		b.p[at] = (char)(b.p[at] ^ 1 << rnd_to(8));
		noticed = noticed && !crm_val_decode(no, b.p, b.n, &out) &&
		    !crm_val_decode(no, b.p, rnd_to(b.n), &out);
	}
	ok(round, "values come back as they went in, whole in parts");
	ok(noticed, "a flipped bit or a cut is noticed");
	crm_buf_clear(&b);
	struct crm_val v = { .rev = 1 };
	crm_val_encode(&b, 32, &v, CRM_STR(""), CRM_STR("{}"));
	ok(!crm_val_decode(64, b.p, b.n, &v),
	    "a value under another number is refused");
	crm_buf_release(&b);
}

static void
journal(void)
{
	struct crm_buf b = { 0 };
	struct crm_counts in = { 0 }, out;
	in.live[17] = 5;
	in.next[17] = 9;
	struct crm_commit_rec c = { .at = 123456789, .txn = 7, .changes = 3,
		.entries = 11, .last = true, .actor = CRM_STR("me"),
		.program = CRM_STR("crm-add"), .why = CRM_STR("because"),
		.source = CRM_STR("a.jsonl"), .counts = &in };
	crm_runs_add(&c.runs, 17, 1, CRM_OPN_ADD, 10);
	crm_runs_add(&c.runs, 17, 2, CRM_OPN_ADD, 11);
	crm_runs_add(&c.runs, 17, 3, CRM_OPN_ADD, 13);
	crm_runs_add(&c.runs, 16, 1, CRM_OPN_UNDO, 0);
	ok(c.runs.n == 3 && c.runs.v[0].n == 2, "inserts in order are one run");
	crm_commit_encode(&b, 8, &c);
	struct crm_commit_rec d = { .counts = &out };
	ok(crm_commit_decode(8, crm_buf_view(&b), true, &d) && d.txn == 7 &&
	    d.at == c.at && d.last && crm_str_is(d.why, "because") &&
	    out.live[17] == 5 && out.next[17] == 9 && d.runs.n == 3 &&
	    d.runs.v[1].line == 13 && d.runs.v[2].op == CRM_OPN_UNDO,
	    "a commit comes back");
	crm_commit_release(&d);
	ok(!crm_commit_decode(9, crm_buf_view(&b), true, &d),
	    "not under another revision");
	b.p[b.n / 2] = (char)(b.p[b.n / 2] ^ 4);
	ok(!crm_commit_decode(8, crm_buf_view(&b), true, &d),
	    "nor with a flipped bit");
	crm_buf_clear(&b);
	struct crm_entry e = { .kind = CRM_ENTRY_HEAD, .op = CRM_OPN_RM,
		.line = 99, .state = CRM_LIVE, .first = true, .rev = 5 }, f;
	crm_entry_encode(&b, 6, 32, &e);
	ok(crm_entry_decode(6, 32, crm_buf_view(&b), &f) && f.line == 99 &&
	    f.first && f.rev == 5 && f.op == CRM_OPN_RM &&
	    !crm_entry_decode(6, 64, crm_buf_view(&b), &f),
	    "so does an entry, under its number alone");
	crm_commit_release(&c);
	crm_buf_release(&b);
}

int
main(void)
{
	ok(varints(), "varints");
	ok(postings(), "posting lists against a bitmap");
	ok(sorted(), "numbers are sorted, each once");
	bad_blocks();
	values();
	journal();
	return tap_end();
}
