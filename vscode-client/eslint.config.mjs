import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const node = {
  Buffer: 'readonly',
  URL: 'readonly',
  clearTimeout: 'readonly',
  console: 'readonly',
  document: 'readonly',
  fetch: 'readonly',
  process: 'readonly',
  setTimeout: 'readonly',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'e2e/node_modules/', 'e2e/.cache/', 'e2e/test-results/'] },
  js.configs.recommended,
  { files: ['**/*.mjs'], languageOptions: { globals: node } },
  { files: ['e2e/extensions/**/*.js'], languageOptions: { sourceType: 'commonjs', globals: node } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['error', { max: 300 }],
      'max-lines-per-function': ['error', { max: 60 }],
    },
  },
  // node:test's `test` returns a promise that the runner itself awaits
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-floating-promises': 'off' } },
);
