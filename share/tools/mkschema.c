/* Build-time tool: compiles schema files (common.json first) and prints the
 * blob as C array elements. */
#include "model/schema.h"

int
main(int argc, char **argv)
{
	struct crm_schema_text *t = crm_calloc((size_t)argc, sizeof(*t));
	struct crm_arena mem = { 0 };
	struct crm_buf blob = { 0 };
	struct crm_err err = { 0 };
	for (int i = 1; i < argc; i++) {
		struct crm_buf b = { 0 };
		if (crm_buf_read_file(&b, argv[i])) {
			perror(argv[i]);
			return 1;
		}
		t[i - 1].name = crm_str_z(argv[i]);
		t[i - 1].text = crm_arena_str(&mem, crm_buf_view(&b));
		crm_buf_release(&b);
	}
	if (crm_schema_compile(NULL, t, (size_t)argc - 1, &blob, &err)) {
		fprintf(stderr, "%s: %s: %s\n", err.source, err.field, err.msg);
		return 1;
	}
	for (size_t i = 0; i < blob.n; i++)
		printf("%u,%s", (unsigned char)blob.p[i],
		    i % 20 == 19 ? "\n" : "");
	crm_buf_release(&blob);
	crm_arena_release(&mem);
	free(t);
	return 0;
}
