int fakegen_main(int count, const char *const *arguments);

int main(int count, char **arguments) {
  return fakegen_main(count, (const char *const *)arguments);
}
