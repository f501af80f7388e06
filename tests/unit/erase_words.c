/* What somebody is called, found in texts: spelling, edges, and any bytes. */
#include "cli/erase_words.h"
#include "random.h"
#include "tap.h"

static struct crm_reader rd;

static void
take(struct crm_erase_words *w, const char *line, bool hold)
{
	struct crm_record rec = { 0 };
	struct crm_err err = { 0 };
	if (crm_record_read(&rd, crm_str_z(line), &rec, &err))
		ok(false, "the record is read: %s", err.msg);
	else if (hold)
		crm_erase_words_hold(w, &rec.rec);
	else
		crm_erase_words_of(w, &rec.rec, 7);
	crm_record_release(&rec);
}

static const char person[] = "{\"type\":\"contact\",\"name\":\"Éva Müller\","
    "\"given_name\":\"Éva\",\"family_name\":\"Müller\",\"emails\":[\"eva.m@x.hu\"],"
    "\"phones\":[\"+36 20 123 4567\"]}";

static void
test_texts(struct crm_erase_words *w)
{
	static const struct {
		const char *text, *sure, *here;
	} t[] = {
		{ "Éva Müller", "[erased]", "[erased]" },
		{ "EVA MULLER!", "[erased]!", "[erased]!" },
		{ "Mu\xcc\x88ller, E\xcc\x81va.", "[erased].", "[erased]." },
		{ "eva\\nmüller", "[erased]", "[erased]" },
		{ "\\tEva  \\u0020Müller", "\\t[erased]", "\\t[erased]" },
		{ "Eva Müllerová", "Eva Müllerová", "Eva Müllerová" },
		{ "Müller", "Müller", "[erased]" },
		{ "xeva.m@x.hu eva.m@x.hu eva.m@x.hu.org EVA.M@X.HU.",
		    "xeva.m@x.hu [erased] eva.m@x.hu.org [erased].",
		    "xeva.m@x.hu [erased] eva.m@x.hu.org [erased]." },
		{ "+36201234567 06201234567 (20) 123-4567 0036 20 123 45 67",
		    "[erased] [erased] [erased] [erased]",
		    "[erased] [erased] [erased] [erased]" },
		{ "120123456789 201234567", "120123456789 [erased]",
		    "120123456789 [erased]" },
		{ "1 201234567 2", "1 [erased] 2", "1 [erased] 2" },
		{ "", "", "" }, { "\\", "\\", "\\" }, { "\\u00", "\\u00", "\\u00" },
	};
	struct crm_map here = { 0 };
	uint32_t who = 7, p;
	crm_map_put(&here, (struct crm_str){ (char *)&who, 4 }, NULL);
	const struct crm_erase_mode sure = { 0 }, linked = { .here = &here };
	for (size_t i = 0; i < CRM_LEN(t); i++) {
		struct crm_buf b = { 0 };
		crm_erase_words_out(w, crm_str_z(t[i].text), &sure, &b, &p);
		same(crm_buf_view(&b), t[i].sure, t[i].text);
		crm_buf_clear(&b);
		crm_erase_words_out(w, crm_str_z(t[i].text), &linked, &b, &p);
		same(crm_buf_view(&b), t[i].here, t[i].text);
		crm_buf_release(&b);
	}
	crm_map_release(&here);
}

/* Nothing is read or written beyond the text, and what comes out has no word
 * left. */
static void
test_bytes(struct crm_erase_words *w)
{
	static const char *const parts[] = { "Éva", "Müller", " ", "eva.m@x.hu",
		"+36", "20", "123", "4567", "-", "(", ")", "\\n", "\\", "\\u00e9",
		"\xcc\x81", "\xff", "é", ", ", ".", "x", "\xe3\x80\x80", "\"", ":" };
	const struct crm_erase_mode sure = { 0 };
	size_t bad = 0, found = 0;
	for (int i = 0; i < 20000; i++) {
		struct crm_buf text = { 0 }, out = { 0 };
		uint32_t p;
		for (size_t n = rnd_to(12); n > 0; n--)
			crm_buf_z(&text, parts[rnd_to(CRM_LEN(parts))]);
		struct crm_str s = text.n ? crm_buf_view(&text) : CRM_STR("");
		bool any = crm_erase_words_in(w, s, &sure, NULL);
		found += any;
		bad += any != crm_erase_words_out(w, s, &sure, &out, &p);
		bad += any && crm_erase_words_in(w, crm_buf_view(&out), &sure,
		    NULL);
		bad += !any && !crm_str_eq(s, out.n ? crm_buf_view(&out) :
		    CRM_STR(""));
		crm_buf_release(&text);
		crm_buf_release(&out);
	}
	ok(found > 500, "random texts name somebody: %zu", found);
	ok(bad == 0, "and none is left: %zu", bad);
}

int
main(void)
{
	struct crm_erase_words *w = crm_zalloc(sizeof(*w));
	struct crm_shapes shapes = { 0 };
	const struct crm_erase_mode sure = { 0 }, held = { .held = true };
	rd = (struct crm_reader){ .schema = crm_schema_default(),
		.shapes = &shapes, .any = true };
	w->region = CRM_STR("HU");
	ok(!crm_erase_words_in(w, CRM_STR("Éva Müller"), &sure, NULL),
	    "nobody yet");
	take(w, person, false);
	test_texts(w);
	test_bytes(w);
	take(w, "{\"type\":\"account\",\"name\":\"Müller Éva\"}", true);
	ok(!crm_erase_words_in(w, CRM_STR("Eva Muller"), &sure, NULL) ||
	    crm_erase_words_in(w, CRM_STR("Eva Muller"), &held, NULL),
	    "a name that a company has, too, is no sure word");
	ok(crm_erase_words_in(w, CRM_STR("eva.m@x.hu"), &sure, NULL),
	    "the address still is");
	crm_erase_words_release(w);
	free(w);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
	return tap_end();
}
