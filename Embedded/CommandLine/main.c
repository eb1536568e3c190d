int fakegen_main(int count, char *const *arguments);

int main(int count, char **arguments) { return fakegen_main(count, arguments); }
