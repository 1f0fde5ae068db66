"""The words a file may use: names of facts, their types, codes and wording."""
